package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.device.CText;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;

/// The names of a graph's inputs or outputs, in its order, also as C knows them.
///
/// @param texts addresses of the C texts
/// @param array of these addresses; as long as it is reachable, the texts are there
record NodeNames(List<String> names, Set<String> all, long[] texts, MemorySegment array) {
  static NodeNames of(List<String> names) {
    Arena arena = Arena.ofAuto();
    long[] texts = names.stream().mapToLong(name -> CText.of(name, arena)).toArray();
    return new NodeNames(
        List.copyOf(names), Set.copyOf(names), texts, arena.allocateFrom(JAVA_LONG, texts));
  }

  /// The address of the C text of one of them.
  long text(String name) {
    return texts[names.indexOf(name)];
  }

  /// @param what they are, for the message
  /// @throws IllegalArgumentException if those that a caller gave are not the same
  void check(String graph, String what, Set<String> given) {
    check(graph, what, all, given);
  }

  static void check(String graph, String what, Set<String> expected, Set<String> given) {
    if (!expected.equals(given)) {
      throw new IllegalArgumentException(
          graph + " has " + what + " " + expected + ", was given " + given);
    }
  }
}
