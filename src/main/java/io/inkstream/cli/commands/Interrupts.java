package io.inkstream.cli.commands;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.server.refusal.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Ctrl-C (SIGINT) and SIGTERM: the first cancels the work in its order, a second ends the process.
final class Interrupts implements AutoCloseable {
  private static final int SIGNALLED = 128;

  private final CancellationSignal cancellation;
  private final Runnable farewell;
  private final List<Signals.Reception> receptions = new ArrayList<>();
  private final AtomicInteger received = new AtomicInteger();
  private final AtomicBoolean cancellable = new AtomicBoolean();

  private Interrupts(CancellationSignal cancellation, Runnable farewell) {
    this.cancellation = cancellation;
    this.farewell = farewell;
  }

  /// Listens from now on. Until [#workBegins] there is nothing to unwind: a signal ends the process
  /// at once.
  ///
  /// @param farewell runs before that
  static Interrupts cancelling(CancellationSignal cancellation, Runnable farewell) {
    var interrupts = new Interrupts(cancellation, farewell);
    for (String signal : List.of("INT", "TERM")) {
      interrupts.receptions.add(Signals.on(signal, interrupts::receive));
    }
    return interrupts;
  }

  /// From here on, a signal cancels.
  void workBegins() {
    cancellable.set(true);
  }

  /// As shells have it: 130 after SIGINT, 143 after SIGTERM.
  int exitCode() {
    return received.get() == 0 ? Exit.CANCELLED.code() : SIGNALLED + received.get();
  }

  private void receive(int number) {
    boolean first = received.compareAndSet(0, number);
    if (!first || !cancellable.get()) {
      farewell.run();
      Runtime.getRuntime().halt(SIGNALLED + number);
    }
    cancellation.cancel();
  }

  /// Signals do again what they did before.
  @Override
  public void close() {
    receptions.forEach(Signals.Reception::close);
  }
}
