package io.inkstream.engine.runtime;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Says, once and for good, that nobody wants the result any more. Safe for any thread.
///
/// The work looks at it between its parts, and a running subgraph is told through its run options,
/// so a cancelled request leaves within one graph node. Threads are never interrupted: an interrupt
/// would close mapped files for everybody.
public final class CancellationSignal {
  private final Set<Listening> listeners = new LinkedHashSet<>();
  private volatile boolean cancelled;

  /// A registration that ends at [#close]; the listener does not run afterwards.
  public interface Registration extends AutoCloseable {
    /// Waits for the listener if it is just running.
    @Override
    void close();
  }

  /// Never waits: may be asked under any lock.
  public boolean isCancelled() {
    return cancelled;
  }

  /// Cancels, and runs the listeners on this thread. A second call does nothing, and does not wait
  /// for the first one's.
  public void cancel() {
    cancelAndLeave().forEach(Listening::run);
  }

  // Listeners take locks whose holders ask this signal: they run under none of ours.
  private synchronized List<Listening> cancelAndLeave() {
    cancelled = true;
    var left = List.copyOf(listeners);
    listeners.clear();
    return left;
  }

  /// Runs `listener` when cancelled, at once if that has happened. It must be quick and must not
  /// throw.
  public Registration onCancel(Runnable listener) {
    var listening = new Listening(listener);
    if (!add(listening)) {
      listening.run();
    }
    return () -> {
      remove(listening);
      listening.close();
    };
  }

  /// Ends the work of the calling thread if cancelled.
  ///
  /// @throws CancelledException if cancelled
  public void throwIfCancelled() {
    if (isCancelled()) {
      throw new CancelledException();
    }
  }

  private synchronized boolean add(Listening listening) {
    return !cancelled && listeners.add(listening);
  }

  private synchronized void remove(Listening listening) {
    listeners.remove(listening);
  }

  /// A listener until it is closed.
  private static final class Listening {
    private final Runnable listener;
    private boolean closed;

    Listening(Runnable listener) {
      this.listener = listener;
    }

    synchronized void run() {
      if (!closed) {
        listener.run();
      }
    }

    synchronized void close() {
      closed = true;
    }
  }
}
