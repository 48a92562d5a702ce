package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.textencoder.PromptMemory;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// What draws: a loaded pipeline, or several that draw alike. Any number of threads may use one.
public interface ImageGenerator extends AutoCloseable {
  /// What it can be asked to do.
  Set<Task> tasks();

  /// Checks a request before it is queued; must be quick.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException if it cannot be drawn
  AdmittedRequest admit(GenerationRequest request);

  /// Draws on the calling thread.
  ///
  /// @param admitted by this generator
  /// @param listener hears of one event at a time
  /// @param finish makes of each picture, as soon as it is there, what is kept; on several threads
  ///   at once, if pictures are drawn at once
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  /// @throws io.inkstream.engine.device.LostDeviceException if a device that it draws on is lost:
  ///   it can draw nothing any more
  <T> List<T> generate(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish);

  /// What is remembered of the prompts so far.
  PromptMemory promptMemory();

  /// Those that draw, each on devices of its own; empty if nobody needs to know.
  default List<ReplicaState> replicas() {
    return List.of();
  }

  /// How many jobs it draws at once; more would wait for each other.
  default int places() {
    return Integer.MAX_VALUE;
  }

  /// Frees the model. Nothing may run in it.
  @Override
  void close();
}
