package io.inkstream.server.batch;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What is drawn of one batch now. Safe for any thread.
final class OpenDrawings {
  // Guarded by this.
  private final Set<LineDrawer.Drawing> open = new HashSet<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private boolean closed;
  private boolean leftSome;

  /// @return whether it is wanted still
  synchronized boolean add(LineDrawer.Drawing drawing) {
    return !closed && open.add(drawing);
  }

  synchronized void remove(LineDrawer.Drawing drawing) {
    open.remove(drawing);
  }

  /// Nothing is drawn another time: what waits for that is left.
  void stop() {
    over.countDown();
  }

  /// Waits until something may be drawn another time.
  ///
  /// @return whether it may
  boolean mayAfter(Duration time) throws InterruptedException {
    return !over.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Nobody wants anything more.
  void close() {
    stop();
    Set<LineDrawer.Drawing> all;
    synchronized (this) {
      closed = true;
      all = Set.copyOf(open);
    }
    all.forEach(LineDrawer.Drawing::close);
  }

  /// A request is not done.
  synchronized void leave() {
    leftSome = true;
  }

  synchronized boolean leftSome() {
    return leftSome;
  }
}
