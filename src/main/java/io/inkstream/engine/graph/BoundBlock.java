package io.inkstream.engine.graph;

import io.inkstream.engine.weights.TensorEntry;
import java.util.List;
import java.util.Map;

/// A block or layer whose weights are inputs, so that one graph serves all of its kind.
///
/// @param model the same for all of them
/// @param weights of this one, by the names of the inputs; of several, the rows one after the other
public record BoundBlock(OnnxModel model, Map<String, List<TensorEntry>> weights) {}
