package io.inkstream.engine.model;

/// A device that a plan is for.
///
/// @param name `cuda:1`
/// @param budget bytes of it that may be used
record CardMemory(String name, long budget) {
  CardMemory with(long other) {
    return new CardMemory(name, other);
  }
}
