package io.inkstream.server.replicas;

import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One request's pictures, drawn by several replicas at once, the first of them on the caller's
/// thread. A part that fails ends the others.
final class DrawingInParts {
  private final List<ReplicaPlace> places;
  private final List<AdmittedRequest> parts;
  private final PartEvents events;
  private final CancellationSignal signal;
  private final CancellationSignal end = new CancellationSignal();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /// @param places of the parts
  DrawingInParts(
      List<ReplicaPlace> places,
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal) {
    this.places = places;
    this.parts = admitted.parts(places.size());
    this.events = new PartEvents(parts.size(), listener);
    this.signal = signal;
  }

  /// Draws them.
  ///
  /// @param finish on a thread of each part
  /// @throws RuntimeException what the first part that fails fails with
  <T> List<T> draw(Function<GeneratedImage, T> finish) {
    try (var _ = end.onCancel(events::end);
        var _ = signal.onCancel(end::cancel)) {
      var others =
          IntStream.range(1, parts.size())
              .mapToObj(part ->
                  CompletableFuture.supplyAsync(
                      () -> draw(part, finish), DrawingInParts::onItsOwnThread))
              .toList();
      List<T> all = new ArrayList<>(draw(0, finish));
      others.forEach(part -> all.addAll(part.join()));
      throwIfFailed();
      return all;
    }
  }

  /// Nobody interrupts it: it ends by its signal.
  private static void onItsOwnThread(Runnable work) {
    Thread.ofPlatform().daemon().name("inkstream-part").start(work);
  }

  /// @return nothing if this part failed, or another has
  private <T> List<T> draw(int part, Function<GeneratedImage, T> finish) {
    try {
      return places.get(part).draw(parts.get(part), events.of(part), end, finish);
    } catch (Throwable e) { // an OutOfMemoryError is the request's failure too
      failure.compareAndSet(null, e);
      end.cancel();
      return List.of();
    }
  }

  private void throwIfFailed() {
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException("a part fails", e);
    }
  }
}
