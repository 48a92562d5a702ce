package io.inkstream.server.replicas;

import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// A drawing's place at a replica. Whoever has it closes it; once more does nothing.
final class ReplicaPlace implements AutoCloseable {
  private final ReplicaPlaces places;
  private final Replica replica;
  private final AtomicBoolean given = new AtomicBoolean();

  ReplicaPlace(ReplicaPlaces places, Replica replica) {
    this.places = places;
    this.replica = replica;
  }

  /// Draws a request, or a part of one. The place is another's when the last picture is to be
  /// finished.
  ///
  /// @throws LostDeviceException if the replica is lost
  <T> List<T> draw(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    int last = admitted.first() + admitted.load().pictures() - 1;
    try {
      return replica
          .generator()
          .generate(
              admitted,
              listener,
              signal,
              image -> {
                if (image.index() == last) {
                  close();
                }
                return finish.apply(image);
              });
    } catch (LostDeviceException e) {
      places.lose(replica, e);
      throw e;
    }
  }

  @Override
  public void close() {
    if (given.compareAndSet(false, true)) {
      places.give(replica);
    }
  }
}
