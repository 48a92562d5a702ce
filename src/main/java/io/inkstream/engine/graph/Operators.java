package io.inkstream.engine.graph;

/// Of which operators a graph is written.
public enum Operators {
  /// The standard's newest, and those of ONNX Runtime's own domain: what ONNX Runtime knows.
  ALL,
  /// Of those, what ONNX Runtime runs fastest on the processor.
  PROCESSOR,
  /// The standard's older ones wherever they say the same: what other execution providers know,
  /// which then run a graph as a whole.
  STANDARD
}
