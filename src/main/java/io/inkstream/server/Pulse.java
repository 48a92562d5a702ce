package io.inkstream.server;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// Asks every event loop once a second for a sign of life. One that has given none for long leaves
/// its connections without an answer for ever, whatever the reason, and nobody else would know.
///
/// It counts its own beats, not seconds: a machine that was suspended is not taken for dead.
final class Pulse {
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final int BEATS_OF_SILENCE = 60;

  private final Runnable silent;
  private final Duration beat;
  private final int patience;
  private final List<Sign> signs = new CopyOnWriteArrayList<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("inkstream-pulse").unstarted(this::run);
  private volatile boolean stopped;

  /// @param silent is run when an event loop has not answered for a minute
  Pulse(Runnable silent) {
    this(silent, BEAT, BEATS_OF_SILENCE);
  }

  Pulse(Runnable silent, Duration beat, int patience) {
    this.silent = silent;
    this.beat = beat;
    this.patience = patience;
  }

  void watch(Iterable<EventExecutor> loops) {
    loops.forEach(loop -> signs.add(new Sign(loop)));
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!stopped) {
      LockSupport.parkNanos(beat.toNanos());
      signs.forEach(this::ask);
    }
  }

  private void ask(Sign sign) {
    try {
      if (!stopped && sign.silence() >= patience) {
        silent.run();
      }
    } catch (OutOfMemoryError | RuntimeException e) { // not asked: as good as no answer
      sign.missed++;
    }
  }

  /// One event loop's.
  private static final class Sign implements Runnable {
    private final EventExecutor loop;
    private volatile boolean given = true;
    private int missed;

    Sign(EventExecutor loop) {
      this.loop = loop;
    }

    /// Beats without an answer.
    int silence() {
      if (given) {
        missed = 0;
        given = false;
        loop.execute(this);
      } else {
        missed++;
      }
      return missed;
    }

    @Override
    public void run() {
      given = true;
    }
  }
}
