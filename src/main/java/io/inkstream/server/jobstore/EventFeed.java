package io.inkstream.server.jobstore;

import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The events of one job in this process: the newest of them, and who watches. A watcher is only a
/// place among them, so one that takes nothing costs nothing more. Safe for any thread.
final class EventFeed {
  static final int MOST_EVENTS = 1024;
  static final int MOST_BYTES = 2 << 20;

  private final Executor executor;

  // Guarded by this.
  private final Deque<StoredEvent> kept = new ArrayDeque<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private int bytes;
  private boolean ended;

  /// @param executor on which watchers are told
  EventFeed(Executor executor) {
    this.executor = executor;
  }

  void add(StoredEvent event) {
    List<Watcher> told;
    synchronized (this) {
      if (ended) {
        return;
      }
      kept.add(event);
      bytes += event.frame().length;
      while (kept.size() > MOST_EVENTS || bytes > MOST_BYTES && kept.size() > 1) {
        bytes -= kept.removeFirst().frame().length;
      }
      ended = event.isLast();
      told = List.copyOf(watchers);
    }
    executor.execute(() -> told.forEach(Watcher::drain));
  }

  /// Tells a watcher what is kept after a number, then what comes.
  void watch(long after, MultiEmitter<? super StoredEvent> emitter) {
    var watcher = new Watcher(emitter, after);
    synchronized (this) {
      watchers.add(watcher);
    }
    emitter.onTermination(() -> leave(watcher));
    emitter.onRequest(more -> watcher.drain());
    watcher.drain();
  }

  private synchronized void leave(Watcher watcher) {
    watchers.remove(watcher);
  }

  /// Nothing comes any more, whether or not the job has ended.
  void close() {
    List<Watcher> told;
    synchronized (this) {
      ended = true;
      told = List.copyOf(watchers);
    }
    told.forEach(Watcher::drain);
  }

  private synchronized @Nullable StoredEvent next(long after) {
    StoredEvent next = null;
    for (var newest = kept.descendingIterator(); newest.hasNext(); ) {
      StoredEvent event = newest.next();
      if (event.number() <= after) {
        break;
      }
      next = event;
    }
    return next;
  }

  private synchronized boolean isOver(long after) {
    return ended && (kept.isEmpty() || kept.getLast().number() <= after);
  }

  private final class Watcher {
    private final MultiEmitter<? super StoredEvent> emitter;
    private final AtomicInteger calls = new AtomicInteger();
    // Of whoever made the first of the calls.
    private long seen;
    private boolean done;

    Watcher(MultiEmitter<? super StoredEvent> emitter, long after) {
      this.emitter = emitter;
      this.seen = after;
    }

    // A reader asks for more while it takes one: only after that does the emitter know what is
    // asked for.
    void drain() {
      if (calls.getAndIncrement() > 0) {
        return;
      }
      int answered;
      do {
        answered = calls.get();
        tell();
      } while (!calls.compareAndSet(answered, 0));
    }

    private void tell() {
      while (!done && emitter.requested() > 0 && next(seen) instanceof StoredEvent event) {
        seen = event.number();
        emitter.emit(event);
      }
      if (!done && isOver(seen)) {
        done = true;
        emitter.complete();
      }
    }
  }
}
