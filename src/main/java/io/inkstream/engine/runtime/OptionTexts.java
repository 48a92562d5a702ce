package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.device.CText;
import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.Map;

/// The options of an execution provider as the C API takes them.
///
/// @param keys address of an array of texts
/// @param values address of an array of as many
record OptionTexts(long keys, long values, int count) {
  /// @param arena in which they lie
  static OptionTexts of(Map<String, String> options, Arena arena) {
    return new OptionTexts(
        array(options.keySet(), arena), array(options.values(), arena), options.size());
  }

  private static long array(Collection<String> texts, Arena arena) {
    long[] addresses = texts.stream().mapToLong(text -> CText.of(text, arena)).toArray();
    return arena.allocateFrom(JAVA_LONG, addresses).address();
  }
}
