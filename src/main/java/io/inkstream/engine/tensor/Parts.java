package io.inkstream.engine.tensor;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Parts of an array that know nothing of each other: many values are shared out to all processors.
public final class Parts {
  /// Fewer are done sooner than another thread has begun.
  static final int WORTH_SHARING = 1 << 16;

  private Parts() {}

  /// Does the same to every part, and returns when all are done.
  ///
  /// @param count of parts
  /// @param size values of one
  /// @param work on the part of that number; may be called on any thread, in any order
  public static void each(int count, int size, IntConsumer work) {
    IntStream parts = IntStream.range(0, count);
    ((long) count * size < WORTH_SHARING ? parts : parts.parallel()).forEach(work);
  }
}
