package io.inkstream.engine.graph;

import java.util.Map;

/// A block or layer whose weights are inputs, so that one graph serves all of its kind.
///
/// @param model the same for all of them
/// @param weights of this one, by the names of the inputs
public record BoundBlock(OnnxModel model, Map<String, BoundWeight> weights) {}
