package io.inkstream.engine.transformer;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where the lanes of a branch wait for each other, each with something for the others. All lanes
/// run the same way, and so meet as often. One that fails ends it for all of them.
final class Meeting {
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock, as all below.
  private final @Nullable Object[] brought;
  private List<Object> met = List.of();
  private int here;
  private long times;
  private @Nullable RuntimeException end;

  /// @param lanes that meet
  Meeting(int lanes) {
    this.brought = new @Nullable Object[lanes];
  }

  /// Waits for the others.
  ///
  /// @param lane its number
  /// @param own what it brings
  /// @return what each lane has brought, in their order
  /// @throws RuntimeException what a lane has failed with
  @SuppressWarnings("unchecked") // all bring the same
  <T> List<T> meet(int lane, T own) {
    lock.lock();
    try {
      throwIfEnded();
      brought[lane] = own;
      here++;
      if (here == brought.length) {
        begin();
      } else {
        awaitOthers();
      }
      return (List<T>) met;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("NullAway") // all are there
  private void begin() {
    met = List.copyOf(Arrays.asList(brought));
    here = 0;
    times++;
    changed.signalAll();
  }

  private void awaitOthers() {
    long before = times;
    while (times == before) {
      throwIfEnded();
      changed.awaitUninterruptibly();
    }
  }

  private void throwIfEnded() {
    if (end != null) {
      throw end;
    }
  }

  /// The sum of what lanes have, added in their order.
  double sum(int lane, double own) {
    double sum = 0;
    for (double one : meet(lane, own)) {
      sum += one;
    }
    return sum;
  }

  /// A lane does not come any more, and no other is to wait for it. The first one's reason is that
  /// of all.
  void end(RuntimeException why) {
    lock.lock();
    try {
      if (end == null) {
        end = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
