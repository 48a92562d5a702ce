package io.inkstream.server.jobs;

import io.inkstream.engine.request.InvalidRequestException;
import java.util.HashMap;
import java.util.Map;

/// The Java heap that jobs share, and how much of it each has: what drawing takes while it is
/// drawn, its files until its answer has been taken. For one thread at a time.
final class HeapRoom {
  // The rest is for requests on their way, and for what does not lie side by side.
  private static final double FOR_JOBS = 0.8;

  private final Map<ImageJob, Long> taken = new HashMap<>();
  private long bytes = Long.MAX_VALUE;
  private long sum;

  /// What is free now, where nothing is drawn. Looks closely only where the heap is small.
  static long measure() {
    var runtime = Runtime.getRuntime();
    long most = runtime.maxMemory();
    if (used(runtime) > most / 16) {
      System.gc();
    }
    return (long) (FOR_JOBS * (most - used(runtime)));
  }

  private static long used(Runtime runtime) {
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// Jobs have that much from now on; before, there was no limit.
  void limit(long bytes) {
    this.bytes = bytes;
  }

  /// @throws InvalidRequestException naming what would fit, if a job never fits
  void requireFits(JobHeap heap) {
    if (heap.peak() <= bytes) {
      return;
    }
    int most = heap.most(bytes);
    throw most > 0 ? tooMany(heap, most) : tooLarge(heap);
  }

  private InvalidRequestException tooMany(JobHeap heap, int most) {
    return new InvalidRequestException(
        "n",
        "n is %d: %s; at this size n may be %d".formatted(heap.need().pictures(), say(heap), most));
  }

  private InvalidRequestException tooLarge(JobHeap heap) {
    var size = heap.load().size();
    double share = Math.sqrt((double) bytes / heap.one().peak());
    return new InvalidRequestException(
        "size",
        "size is %dx%d: %s; about %dx%d would fit"
            .formatted(
                size.pixelWidth(),
                size.pixelHeight(),
                say(heap),
                fitting(size.pixelWidth(), share, size.unit()),
                fitting(size.pixelHeight(), share, size.unit())));
  }

  private static long fitting(int side, double share, int unit) {
    return Math.max(1, (long) (side * share) / unit) * unit;
  }

  private String say(JobHeap heap) {
    return "drawing and answering that as %s takes about %s of the Java heap, %s are for requests"
        .formatted(heap.format().word(), megabytes(heap.peak()), megabytes(bytes));
  }

  private static String megabytes(long bytes) {
    return Math.ceilDiv(bytes, 1_000_000) + " MB";
  }

  /// Gives a job what it takes to be drawn, if there is as much. One that is alone always gets it.
  boolean take(ImageJob job) {
    long peak = job.heap().peak();
    if (!taken.isEmpty() && sum + peak > bytes) {
      return false;
    }
    set(job, peak);
    return true;
  }

  /// From now on it has that much; 0: nothing.
  void set(ImageJob job, long held) {
    Long before = held == 0 ? taken.remove(job) : taken.put(job, held);
    sum += held - (before == null ? 0 : before);
  }
}
