package io.inkstream.engine.runtime;

import io.inkstream.engine.device.SystemMemory;
import java.util.concurrent.atomic.AtomicLong;

/// Which runs give their working memory back. A session keeps it for the next run, which is
/// quicker; but beyond so many bytes passed in and out, sixty blocks would each keep gigabytes.
/// What they keep is nobody else's: in a small container, where a decoder's 200 MB are what the
/// next larger picture lacks, the limit is lower.
final class LargeRuns {
  private static final long MOST = 4L << 20;
  private static final long LEAST = 64L << 10;
  private static final long SHARE_OF_MEMORY = 512;
  // 0 until somebody asks: a native executable would remember the memory where it was built.
  private static final AtomicLong LIMIT = new AtomicLong();

  private LargeRuns() {}

  /// Whether a run that takes and gives so many bytes is one.
  static boolean contain(long bytes) {
    if (LIMIT.get() == 0) {
      LIMIT.set(limit(SystemMemory.available().orElse(Long.MAX_VALUE)));
    }
    return bytes > LIMIT.get();
  }

  /// @param available of the system's or the container's memory, at the first run
  static long limit(long available) {
    return Math.clamp(available / SHARE_OF_MEMORY, LEAST, MOST);
  }
}
