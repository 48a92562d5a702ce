package io.inkstream.engine.runtime;

import java.util.concurrent.atomic.AtomicLong;

/// The subgraphs and runs of this process.
final class SubgraphCounts {
  private static final AtomicLong OPEN = new AtomicLong();
  private static final AtomicLong RUNS = new AtomicLong();

  private SubgraphCounts() {}

  static void opened() {
    OPEN.incrementAndGet();
  }

  static void closed() {
    OPEN.decrementAndGet();
  }

  static void ran() {
    RUNS.incrementAndGet();
  }

  static long open() {
    return OPEN.get();
  }

  static long runs() {
    return RUNS.get();
  }
}
