package io.inkstream.engine.textencoder;

import java.util.Arrays;

/// Token ids as they come, one after another.
final class IntList {
  private int[] values = new int[64];
  private int size;

  int size() {
    return size;
  }

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  void addAll(int[] others) {
    for (int other : others) {
      add(other);
    }
  }

  int[] toArray() {
    return toArray(size);
  }

  /// The first `limit` values, or all if there are fewer.
  int[] toArray(int limit) {
    return Arrays.copyOf(values, Math.min(size, limit));
  }
}
