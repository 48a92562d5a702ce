package io.inkstream.engine.runtime;

import java.util.concurrent.atomic.LongAdder;

/// What went between host and device, apart from weights.
final class Traffic {
  private final LongAdder upBytes = new LongAdder();
  private final LongAdder upNanos = new LongAdder();
  private final LongAdder downBytes = new LongAdder();
  private final LongAdder downNanos = new LongAdder();

  void up(long bytes, Runnable copy) {
    long start = System.nanoTime();
    copy.run();
    upNanos.add(System.nanoTime() - start);
    upBytes.add(bytes);
  }

  /// The time includes waiting for the runs before it.
  void down(long bytes, Runnable copy) {
    long start = System.nanoTime();
    copy.run();
    downNanos.add(System.nanoTime() - start);
    downBytes.add(bytes);
  }

  Copies copies() {
    return new Copies(upBytes.sum(), upNanos.sum(), downBytes.sum(), downNanos.sum());
  }
}
