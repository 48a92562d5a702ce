package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.estimate.Given;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Guidance;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.textencoder.PromptEncoder;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Text to image: diffusers' `QwenImage21Pipeline`, step by step.
///
/// Prompts are not cut before [PromptEncoder#MAX_SEQUENCE_LENGTH] tokens, whatever a request says.
/// The Turbo model has its own noise levels, and was trained to draw without guidance: how many
/// steps a request wants, and how much guidance, does not count there.
record QwenImage21Pipeline(Components components, LatentDecoder decoder) implements TaskPipeline {
  @Override
  public Task task() {
    return Task.TEXT_TO_IMAGE;
  }

  @Override
  public DrawingPlan plan(GenerationRequest request) {
    return new DrawingPlan(asTrained(components, request), Given.NONE);
  }

  /// The request as the model can draw it.
  static GenerationRequest asTrained(Components components, GenerationRequest request) {
    var texts = request.texts().withMaxSequenceLength(PromptEncoder.MAX_SEQUENCE_LENGTH);
    OptionalInt steps = components.scheduler().ownSteps();
    var guidance = steps.isPresent() ? new Guidance(steps.getAsInt(), 1) : request.guidance();
    return request.withTexts(texts).withGuidance(guidance);
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

    // 4. Denoising, behind the prompts' prefix
    try (var steps = steps(admitted, prompts, listener, signal)) {
      for (int i = 0; i < schedule.steps(); i++) {
        var move = steps.make(i, latents);
        steps.tell(i, latents, move);
      }
      steps.end();
    }
    return latents;
  }

  private DenoisingSteps steps(
      AdmittedRequest admitted,
      Prompts prompts,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal) {
    return new DenoisingSteps(
        components, admitted, prompts, Conditions.NONE, decoder, listener, signal);
  }
}
