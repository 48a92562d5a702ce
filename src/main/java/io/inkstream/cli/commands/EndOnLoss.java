package io.inkstream.cli.commands;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.refusal.Exit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;

/// Ends a server that has lost its last device, to be started again: only another process draws.
///
/// @param patience what the stop gets; then the process ends without it
/// @param stop ends the server in order, with an exit code
/// @param leave ends the process, whatever waits in it
record EndOnLoss(Duration patience, IntConsumer stop, IntConsumer leave) {
  private static final Logger LOG = Logger.getLogger(EndOnLoss.class);
  private static final int CODE = Exit.FAILED.code();

  /// Returns at once.
  void watch(ModelSlot model) {
    var _ = model.whenDevicesLost().thenAccept(_ -> begin());
  }

  // On the thread that draws, for which the stop waits.
  private void begin() {
    LOG.error("no device is left, and on-device-loss is exit: ending, to be started again");
    CompletableFuture.delayedExecutor(patience.toNanos(), NANOSECONDS, EndOnLoss::onItsOwnThread)
        .execute(this::leaveLate);
    onItsOwnThread(() -> stop.accept(CODE));
  }

  /// A thread that waits for a lost device may do so for ever.
  private void leaveLate() {
    try {
      LOG.errorf("the server has not stopped in %d s: ending without", patience.toSeconds());
    } finally {
      leave.accept(CODE);
    }
  }

  private static void onItsOwnThread(Runnable work) {
    Thread.ofPlatform().daemon().name("inkstream-end").start(work);
  }
}
