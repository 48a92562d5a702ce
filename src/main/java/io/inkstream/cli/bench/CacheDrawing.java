package io.inkstream.cli.bench;

import io.inkstream.engine.image.Pixels;

/// A picture and what it took.
///
/// @param cost of the whole picture
/// @param denoiseCpu processor seconds of the steps alone, without texts and decoding
/// @param cached forwards whose middle blocks did not run, of all branches
/// @param computed the other forwards
record CacheDrawing(Cost cost, double denoiseCpu, int cached, int computed, Pixels pixels) {}
