package io.inkstream.engine.runtime;

import java.util.HashSet;
import java.util.Set;

/// A session that runs any block of a network.
///
/// @param inputs beside the block's weights
record BlockForm(NativeSession session, Set<String> inputs) {
  /// @param weights names of a block's
  static BlockForm of(NativeSession session, Set<String> weights) {
    Set<String> inputs = new HashSet<>(session.inputs().names());
    inputs.removeAll(weights);
    return new BlockForm(session, inputs);
  }

  /// @throws IllegalArgumentException if a run with tensors of these names would lack one, or have
  ///   one too many
  void check(Set<String> given, Set<String> wanted) {
    NodeNames.check(session.name(), "inputs", inputs, given);
    session.outputs().check(session.name(), "outputs", wanted);
  }
}
