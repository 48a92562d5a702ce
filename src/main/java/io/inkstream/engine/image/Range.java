package io.inkstream.engine.image;

/// A whole number that a caller may choose within bounds.
record Range(String name, int low, int high) {
  /// @throws IllegalArgumentException if the value is out of bounds
  void require(int value) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " " + value + ": must be from " + low + " to " + high);
    }
  }
}
