package io.inkstream.server.replicas;

import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.server.jobs.ImageGenerator;
import io.inkstream.server.jobs.ReplicaState;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// Several that draw alike, as one. A job is drawn by one that is free; its pictures by several, if
/// that changes none of them and others have nothing to do.
///
/// One that has lost a device draws no more, and what it drew another draws again: whoever listens
/// hears of a [BegunAgain]. When the last one is lost, so is this. Any number of threads may use
/// one.
public final class Replicas implements ImageGenerator {
  private final List<Replica> all;
  private final ReplicaPlaces places;

  /// Owns the replicas' generators.
  ///
  /// @param all one or more, of the same model
  /// @param each drawings of one replica at once
  public Replicas(List<Replica> all, int each) {
    this.all = List.copyOf(all);
    this.places = new ReplicaPlaces(all, each);
  }

  private ImageGenerator any() {
    return all.getFirst().generator();
  }

  @Override
  public Set<Task> tasks() {
    return any().tasks();
  }

  @Override
  public AdmittedRequest admit(GenerationRequest request) {
    while (true) {
      Replica first = places.first();
      try {
        return first.generator().admit(request);
      } catch (LostDeviceException e) {
        places.lose(first, e);
      }
    }
  }

  @Override
  public <T> List<T> generate(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    while (true) {
      var taken = places.take(admitted.mostParts(), signal);
      try {
        return draw(taken, admitted, listener, signal, finish);
      } catch (LostDeviceException e) {
        var _ = places.first(); // none is left: this is lost, too
        listener.accept(new BegunAgain());
      } finally {
        taken.forEach(ReplicaPlace::close);
      }
    }
  }

  private static <T> List<T> draw(
      List<ReplicaPlace> taken,
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    return taken.size() == 1
        ? taken.getFirst().draw(admitted, listener, signal, finish)
        : new DrawingInParts(taken, admitted, listener, signal).draw(finish);
  }

  /// What all remember; a prompt that several have read counts as often.
  @Override
  public PromptMemory promptMemory() {
    return all.stream()
        .map(replica -> replica.generator().promptMemory())
        .reduce(PromptMemory.NONE, PromptMemory::and);
  }

  @Override
  public List<ReplicaState> replicas() {
    return places.states();
  }

  @Override
  public int places() {
    return places.count();
  }

  /// Those that are lost stay as they are: what would free them asks their devices.
  @Override
  public void close() {
    places.working().forEach(replica -> replica.generator().close());
  }
}
