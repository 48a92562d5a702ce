package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.estimate.Given;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import java.util.List;
import java.util.function.Consumer;

/// Text to image: diffusers' `QwenImagePipeline`, step by step.
record QwenImagePipeline(Components components, LatentDecoder decoder) implements TaskPipeline {
  @Override
  public Task task() {
    return Task.TEXT_TO_IMAGE;
  }

  @Override
  public DrawingPlan plan(GenerationRequest request) {
    return new DrawingPlan(request, Given.NONE);
  }

  @Override
  public List<float[]> draw(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    // 1. Prompts to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    Prompts prompts = components.prompts(admitted.request(), signal);
    listener.accept(prompts.read(admitted));

    // 2. Noise
    List<float[]> latents = components.noise(admitted);

    // 3. Sigmas
    Schedule schedule = admitted.schedule();

    // 4. Denoising
    try (var steps = steps(admitted, prompts, listener, signal)) {
      for (int i = 0; i < schedule.steps(); i++) {
        var move = steps.make(i, latents);
        steps.tell(i, latents, move);
      }
      steps.end();
    }
    return latents;
  }

  /// The steps of a request that shows the transformer no pictures. The caller closes them.
  DenoisingSteps steps(
      AdmittedRequest admitted,
      Prompts prompts,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal) {
    return new DenoisingSteps(
        components, admitted, prompts, Conditions.NONE, decoder, listener, signal);
  }
}
