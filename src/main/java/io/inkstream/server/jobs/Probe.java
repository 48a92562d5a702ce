package io.inkstream.server.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whether the server draws: one [TinyPicture] for all who ask while it waits or is drawn, and for
/// a while after it is drawn, so that many who ask are no more work than one. Safe for any thread.
public final class Probe {
  private final JobQueue queue;
  private final Duration good;
  private final Consumer<Throwable> failed;
  // Guarded by this.
  private @Nullable TinyPicture picture;
  private int asking;
  private Optional<Long> drawnAt = Optional.empty();

  /// @param good how long a picture that was drawn answers those who ask
  /// @param failed hears once of each picture that is not drawn
  public Probe(JobQueue queue, Duration good, Consumer<Throwable> failed) {
    this.queue = queue;
    this.good = good;
    this.failed = failed;
  }

  /// One who asks.
  ///
  /// @param drawn as [TinyPicture#drawn]
  /// @param leave to be called once; the last to leave cancels the picture
  public record Asking(CompletableFuture<Void> drawn, Runnable leave) {}

  /// Draws a picture, or joins those who wait for one, or those who had one a moment ago.
  ///
  /// @throws RuntimeException as [JobQueue#submit]
  public synchronized Asking ask() {
    if (isGood() && queue.health().isGood()) {
      queue.requireOpen();
      return new Asking(CompletableFuture.completedFuture(null), () -> {});
    }
    TinyPicture shared = picture;
    if (shared == null || shared.drawn().isDone()) {
      shared = begin();
      picture = shared;
      asking = 0;
    }
    asking++;
    TinyPicture joined = shared;
    return new Asking(joined.drawn(), () -> leave(joined));
  }

  /// Has a picture drawn that nobody waits for, unless one is.
  public void draw() {
    try {
      var _ = ask();
    } catch (RuntimeException e) {
      failed.accept(e);
    }
  }

  private boolean isGood() {
    return drawnAt.filter(at -> System.nanoTime() - at < good.toNanos()).isPresent();
  }

  private synchronized void drawn() {
    drawnAt = Optional.of(System.nanoTime());
  }

  private TinyPicture begin() {
    TinyPicture drawing = TinyPicture.draw(queue, JobKind.PROBE);
    var _ =
        drawing
            .drawn()
            .whenComplete((nothing, failure) -> {
              if (failure == null) {
                drawn();
              } else {
                failed.accept(failure);
              }
            });
    return drawing;
  }

  // Cancels outside the lock: whoever is told of the end leaves, too.
  private void leave(TinyPicture left) {
    if (isLast(left)) {
      left.cancel();
    }
  }

  private synchronized boolean isLast(TinyPicture left) {
    if (left != picture || --asking > 0) {
      return false;
    }
    picture = null;
    return true;
  }
}
