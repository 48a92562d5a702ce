package io.inkstream.engine.device;

import java.util.concurrent.atomic.LongAdder;

/// What went between host and device, and to it from other devices; weights of blocks apart.
public final class Traffic {
  private final LongAdder upBytes = new LongAdder();
  private final LongAdder upNanos = new LongAdder();
  private final LongAdder downBytes = new LongAdder();
  private final LongAdder downNanos = new LongAdder();
  private final LongAdder acrossBytes = new LongAdder();
  private final LongAdder weightsUpBytes = new LongAdder();
  private final LongAdder weightsAcrossBytes = new LongAdder();

  public void up(long bytes, Runnable copy) {
    long start = System.nanoTime();
    copy.run();
    upNanos.add(System.nanoTime() - start);
    upBytes.add(bytes);
  }

  /// The time includes waiting for the runs before it.
  public void down(long bytes, Runnable copy) {
    long start = System.nanoTime();
    copy.run();
    downNanos.add(System.nanoTime() - start);
    downBytes.add(bytes);
  }

  /// From another device.
  public void across(long bytes) {
    acrossBytes.add(bytes);
  }

  /// Weights of blocks, from the host.
  public void weightsUp(long bytes) {
    weightsUpBytes.add(bytes);
  }

  /// Weights of blocks, from another device.
  public void weightsAcross(long bytes) {
    weightsAcrossBytes.add(bytes);
  }

  public long weightsUpBytes() {
    return weightsUpBytes.sum();
  }

  public long weightsAcrossBytes() {
    return weightsAcrossBytes.sum();
  }

  public Copies copies() {
    return new Copies(
        upBytes.sum(), upNanos.sum(), downBytes.sum(), downNanos.sum(), acrossBytes.sum());
  }
}
