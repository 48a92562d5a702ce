package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceBusyException;
import io.inkstream.engine.device.DevicePool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The [DeviceRoom] of a model, by what the driver says is free and what the pool keeps.
///
/// What a picture needs is promised to it when it begins, and counts until it ends: what it has
/// taken of that so far says little.
public final class ModelRoom implements DeviceRoom {
  private final DeviceRuntime runtime;
  private final DevicePool pool;
  private final long planned;
  private final long usual;
  private final long passing;
  private final List<DeviceLodger> lodgers = new ArrayList<>();
  private final AtomicLong promised = new AtomicLong();
  private final AtomicInteger pictures = new AtomicInteger();
  // Of the pool, taken for good: weights of sessions.
  private volatile long weights;
  private volatile long lodging;

  /// @param planned bytes beside the weights, those that may leave not counted
  /// @param usual bytes that stay free for a picture when what has left comes back
  /// @param passing bytes of weights that come while a picture is drawn
  ModelRoom(DeviceRuntime runtime, DevicePool pool, long planned, long usual, long passing) {
    this.usual = usual;
    this.passing = passing;
    this.runtime = runtime;
    this.pool = pool;
    this.planned = planned;
  }

  /// To be called before the first picture.
  public void add(DeviceLodger lodger) {
    lodgers.add(lodger);
  }

  /// The model has been loaded: what the pool has given now are weights.
  public void loaded() {
    weights = pool.takenBytes();
    lodging = lodging();
  }

  @Override
  public long most() {
    return planned + lodging;
  }

  @Override
  public long available() {
    return free() + lodging();
  }

  private long lodging() {
    return lodgers.stream().mapToLong(DeviceLodger::bytes).sum();
  }

  /// Free, or free when all pictures have ended.
  private long free() {
    long drawing = Math.max(0, pool.takenBytes() - weights);
    return runtime.freeBytes() + pool.idleBytes() + drawing - passing;
  }

  /// Bytes for what has left to come back to. Takes no lock.
  long spare() {
    return free() - Math.max(usual, promised.get());
  }

  @Override
  public synchronized Stay take(long bytes) {
    long left = free() - promised.get() + lodging();
    if (bytes > left) {
      throw new DeviceBusyException("%.1f GB are free".formatted(Math.max(0, left) / 1e9));
    }
    promised.addAndGet(bytes);
    pictures.incrementAndGet();
    if (runtime.freeBytes() + pool.idleBytes() < bytes + passing) {
      makeRoom();
    }
    return new Promise(bytes);
  }

  private void makeRoom() {
    for (DeviceLodger lodger : lodgers) {
      if (lodger.bytes() == 0 || free() < promised.get()) {
        lodger.leave();
      }
    }
  }

  private final class Promise implements Stay {
    private final long bytes;
    private boolean over;

    Promise(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean isAlone() {
      return pictures.get() == 1;
    }

    @Override
    public synchronized void close() {
      if (!over) {
        over = true;
        pictures.decrementAndGet();
        promised.addAndGet(-bytes);
      }
    }
  }
}
