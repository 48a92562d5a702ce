package io.inkstream.engine.runtime;

import java.util.LinkedHashSet;
import java.util.Set;

/// Says, once and for good, that nobody wants the result any more. Safe for any thread.
///
/// The work looks at it between its parts, and a running subgraph is told through its run options,
/// so a cancelled request leaves within one graph node. Threads are never interrupted: an interrupt
/// would close mapped files for everybody.
public final class CancellationSignal {
  private final Set<Runnable> listeners = new LinkedHashSet<>();
  private boolean cancelled;

  /// A registration that ends at [#close]; the listener does not run afterwards.
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /// Cancels, and runs the listeners on this thread. A second call does nothing.
  public synchronized void cancel() {
    if (!cancelled) {
      cancelled = true;
      listeners.forEach(Runnable::run);
      listeners.clear();
    }
  }

  /// Runs `listener` when cancelled, at once if that has happened. It must be quick and must not
  /// throw.
  public synchronized Registration onCancel(Runnable listener) {
    if (cancelled) {
      listener.run();
    } else {
      listeners.add(listener);
    }
    return () -> remove(listener);
  }

  /// Ends the work of the calling thread if cancelled.
  ///
  /// @throws CancelledException if cancelled
  public void throwIfCancelled() {
    if (isCancelled()) {
      throw new CancelledException();
    }
  }

  private synchronized void remove(Runnable listener) {
    listeners.remove(listener);
  }
}
