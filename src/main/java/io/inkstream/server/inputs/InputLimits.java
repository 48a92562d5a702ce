package io.inkstream.server.inputs;

import io.inkstream.engine.decoder.DecoderLimits;

/// What pictures that requests bring may take.
///
/// @param fileBytes of one
/// @param decoder what decoding one may take
/// @param readers that are read, or decoded to see whether they are whole, at once
public record InputLimits(long fileBytes, DecoderLimits decoder, int readers) {}
