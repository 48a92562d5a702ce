package io.inkstream.engine.hub;

import java.time.Duration;

/// How long a fetch bears what goes wrong on the way.
///
/// @param connect what a connection gets
/// @param answer what the head of an answer gets
/// @param attempts in a row without [#progress]
/// @param pause before the second attempt; twice as long before each further one
/// @param longestPause that a server may ask for with `Retry-After`
/// @param progress bytes after which attempts are counted from the start
/// @param window time in which at least [#leastBytes] must come
record Patience(
    Duration connect,
    Duration answer,
    int attempts,
    Duration pause,
    Duration longestPause,
    long progress,
    Duration window,
    long leastBytes) {
  /// Some 30 s of attempts; no limit to a whole file, but 1 kB a second over half a minute.
  static final Patience USUAL =
      new Patience(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          6,
          Duration.ofSeconds(1),
          Duration.ofMinutes(10),
          1 << 20,
          Duration.ofSeconds(30),
          30 << 10);

  /// Before attempt `next`, from 2.
  Duration before(int next) {
    return pause.multipliedBy(1L << (next - 2));
  }
}
