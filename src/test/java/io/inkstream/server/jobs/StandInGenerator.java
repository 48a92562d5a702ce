package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.Admitted;
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

/// A generator without a model, which admits every request, and draws nothing unless a test says
/// what.
public class StandInGenerator implements ImageGenerator {
  @Override
  public Set<Task> tasks() {
    return Set.of(Task.TEXT_TO_IMAGE);
  }

  @Override
  public AdmittedRequest admit(GenerationRequest request) {
    return Admitted.of(request);
  }

  @Override
  public <T> List<T> generate(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    throw new AssertionError("nothing is to be drawn");
  }

  @Override
  public PromptMemory promptMemory() {
    return PromptMemory.NONE;
  }

  @Override
  public void close() {}
}
