package io.inkstream.server.api;

import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Frames on their way to one reader, in order. A frame is made when the reader can take it, by the
/// executor, one at a time; so whoever offers one never waits.
///
/// Of frames that may be lost, only the newest of each kind waits; so what a slow reader makes us
/// keep is bounded by what must not be lost. Safe for any thread.
final class StreamOutbox {
  private static final Logger LOG = Logger.getLogger(StreamOutbox.class);

  private final MultiEmitter<? super byte[]> emitter;
  private final Executor executor;
  private final Supplier<byte[]> failure;
  private final AtomicInteger calls = new AtomicInteger();

  // Guarded by this.
  private final Deque<Frame> waiting = new ArrayDeque<>();
  private boolean ended;

  /// What may be lost.
  enum Kind {
    HEARTBEAT,
    STAGE,
    STEP
  }

  /// @param kind of which a newer one may replace it; null: it may not be lost
  private record Frame(Supplier<byte[]> bytes, @Nullable Kind kind) {}

  /// @param emitter with the strategy that passes nothing on unasked
  /// @param failure the last frame if another cannot be made
  StreamOutbox(MultiEmitter<? super byte[]> emitter, Executor executor, Supplier<byte[]> failure) {
    this.emitter = emitter;
    this.executor = executor;
    this.failure = failure;
    emitter.onRequest(ignored -> drain());
  }

  /// A frame that is not lost.
  void send(Supplier<byte[]> bytes) {
    add(new Frame(bytes, null));
  }

  /// A frame that is lost if a newer one of this kind comes before the reader takes it.
  void offer(Kind kind, Supplier<byte[]> bytes) {
    add(new Frame(bytes, kind));
  }

  /// Whether the reader has taken everything.
  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// Ends the stream after the frames that wait; later ones are not taken.
  void end() {
    synchronized (this) {
      ended = true;
    }
    drain();
  }

  /// Forgets everything: the reader is gone.
  synchronized void close() {
    ended = true;
    waiting.clear();
  }

  private void add(Frame frame) {
    synchronized (this) {
      if (ended) {
        return;
      }
      if (frame.kind() != null) {
        waiting.removeIf(older -> older.kind() == frame.kind());
      }
      waiting.add(frame);
    }
    drain();
  }

  private void drain() {
    if (calls.getAndIncrement() == 0) {
      executor.execute(this::drainAll);
    }
  }

  private void drainAll() {
    int seen;
    do {
      seen = calls.get();
      while (emitter.requested() > 0 && next() instanceof Frame frame) {
        emitter.emit(make(frame));
      }
      if (isDone()) {
        emitter.complete();
      }
    } while (!calls.compareAndSet(seen, 0));
  }

  private synchronized @Nullable Frame next() {
    return waiting.poll();
  }

  private synchronized boolean isDone() {
    return ended && waiting.isEmpty();
  }

  private byte[] make(Frame frame) {
    try {
      return frame.bytes().get();
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("an event of a stream cannot be made", e);
      close();
      return failure.get();
    }
  }
}
