package io.inkstream.engine.graph;

/// That a graph's weights are its inputs.
///
/// @param prefix without which they are named
/// @param asStored whether they come as they are stored; otherwise widened to the graph's element
///   type, whatever each of them is stored in: then blocks whose encodings differ share a graph
/// @param ownOperators whether the graph may have those of `kernel`
public record Binding(String prefix, boolean asStored, boolean ownOperators) {
  /// Without operators of `kernel`.
  public Binding(String prefix, boolean asStored) {
    this(prefix, asStored, false);
  }
}
