package io.inkstream.engine.pipeline;

/// What a request makes the transformer read and write.
///
/// @param text tokens of the prompts after the template, each prompt counted once
/// @param given tokens of the pictures among them, and of the words that announce these
/// @param image latent tokens of one picture: one for each 16 x 16 pixels of Qwen-Image
public record TokenCounts(int text, int given, int image) {}
