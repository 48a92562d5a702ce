package io.inkstream.engine.request;

import io.inkstream.engine.image.Pixels;

/// A finished picture.
///
/// @param index among the request's pictures, from 0
/// @param prompt that it was drawn from
/// @param seed of its noise; with one seed for several pictures, `index` tells which draw
public record GeneratedImage(int index, String prompt, long seed, Pixels pixels) {}
