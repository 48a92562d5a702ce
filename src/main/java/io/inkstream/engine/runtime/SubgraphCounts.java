package io.inkstream.engine.runtime;

import java.util.concurrent.atomic.AtomicLong;

/// The subgraphs and runs of this process.
final class SubgraphCounts {
  /// A session keeps its working memory for the next run; beyond this many bytes passed in and out
  /// it gives it back instead, or sixty large blocks would each keep gigabytes.
  static final long LARGE_RUN = 4L << 20;

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
