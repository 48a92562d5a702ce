package io.inkstream.server.http;

import io.smallrye.mutiny.subscription.MultiEmitter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Frames on their way to one reader, in order. A frame is made when the reader can take it, by the
/// executor, one at a time, and goes in chunks; so whoever offers one never waits.
///
/// Of frames that may be lost, only the newest of each kind waits; so what a slow reader makes us
/// keep is bounded by what must not be lost. Safe for any thread.
public final class StreamOutbox {
  private static final Logger LOG = Logger.getLogger(StreamOutbox.class);

  private final MultiEmitter<? super byte[]> emitter;
  private final Executor executor;
  private final Supplier<Chunks> failure;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile long lastGiven = System.nanoTime();

  // Guarded by this.
  private final Deque<Frame> waiting = new ArrayDeque<>();
  private @Nullable Chunks leaving;
  private boolean ended;
  private boolean closed;

  /// What may be lost.
  public enum Kind {
    HEARTBEAT,
    STAGE,
    STEP
  }

  /// @param kind of which a newer one may replace it; null: it may not be lost
  private record Frame(Supplier<Chunks> chunks, @Nullable Kind kind) {}

  /// Of a reader that is told of no failure but by breaking off. A reader that is gone hears
  /// nothing.
  ///
  /// @param emitter of [TakenChunks]
  public StreamOutbox(MultiEmitter<? super byte[]> emitter, Executor executor) {
    this(
        emitter,
        executor,
        () -> {
          throw new IllegalStateException("nothing tells of a failure");
        });
  }

  /// @param emitter of [TakenChunks]
  /// @param failure the last frame if another cannot be made
  public StreamOutbox(
      MultiEmitter<? super byte[]> emitter, Executor executor, Supplier<Chunks> failure) {
    this.emitter = emitter;
    this.executor = executor;
    this.failure = failure;
    emitter.onRequest(ignored -> drain());
  }

  /// A frame that is not lost.
  public void send(Supplier<Chunks> chunks) {
    add(new Frame(chunks, null));
  }

  /// A frame that is lost if a newer one of this kind comes before the reader takes it.
  public void offer(Kind kind, Supplier<Chunks> chunks) {
    add(new Frame(chunks, kind));
  }

  /// Whether the reader has taken everything.
  public synchronized boolean isEmpty() {
    return waiting.isEmpty() && leaving == null;
  }

  /// Whether the reader has not taken the last chunk that it was given, for that long.
  boolean isStalledFor(Duration time) {
    return emitter.requested() == 0 && System.nanoTime() - lastGiven > time.toNanos();
  }

  /// Ends the stream after the frames that wait; later ones are not taken.
  public void end() {
    synchronized (this) {
      ended = true;
    }
    drain();
  }

  /// Forgets everything: the reader is gone.
  public synchronized void close() {
    stop();
    closed = true;
    leaving = null;
  }

  private synchronized void stop() {
    ended = true;
    waiting.clear();
  }

  /// Ends the stream at once: before its first chunk with an answer that says why, later by
  /// breaking off.
  public void fail(Throwable cause) {
    if (isOpen()) {
      close();
      emitter.fail(cause);
    }
  }

  private synchronized boolean isOpen() {
    return !closed;
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
    try {
      int seen;
      do {
        seen = calls.get();
        takeAll();
      } while (!calls.compareAndSet(seen, 0));
    } catch (Throwable e) { // what has left cannot be taken back: the reader sees it break off
      LOG.errorf("an answer broke off: %s", e);
      fail(e);
    }
  }

  private void takeAll() {
    while (emitter.requested() > 0 && next() instanceof Chunks chunks) {
      lastGiven = System.nanoTime();
      emitter.emit(chunks.next());
      leaves(chunks);
    }
    if (isDone()) {
      emitter.complete();
    }
  }

  /// What is leaving, or the next frame that has anything to it.
  private @Nullable Chunks next() {
    Chunks chunks = leaving();
    while (chunks == null && poll() instanceof Frame frame) {
      Chunks made = make(frame);
      chunks = made.hasNext() ? made : null;
    }
    return chunks;
  }

  private synchronized @Nullable Chunks leaving() {
    return leaving;
  }

  private synchronized @Nullable Frame poll() {
    return waiting.poll();
  }

  private synchronized void leaves(Chunks chunks) {
    leaving = chunks.hasNext() && !closed ? chunks : null;
  }

  private synchronized boolean isDone() {
    return ended && waiting.isEmpty() && leaving == null;
  }

  private Chunks make(Frame frame) {
    try {
      return frame.chunks().get();
    } catch (Throwable e) {
      stop();
      LOG.errorf("an event of a stream cannot be made: %s", e);
      return failure.get();
    }
  }
}
