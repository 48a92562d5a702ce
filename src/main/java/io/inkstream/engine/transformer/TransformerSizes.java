package io.inkstream.engine.transformer;

/// What a transformer's runs must know of its form.
///
/// @param width D: heads times a head's width
/// @param inChannels features of an image token
/// @param patchSize latents to a token, along each axis
/// @param zeroCondT whether given pictures are modulated as of time 0
public record TransformerSizes(int width, int inChannels, int patchSize, boolean zeroCondT) {}
