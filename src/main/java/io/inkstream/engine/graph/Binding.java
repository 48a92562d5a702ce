package io.inkstream.engine.graph;

/// That a graph's weights are its inputs.
///
/// @param prefix without which they are named
/// @param asStored whether they come as they are stored; otherwise widened to the graph's element
///   type, whatever each of them is stored in: then blocks whose encodings differ share a graph
record Binding(String prefix, boolean asStored) {}
