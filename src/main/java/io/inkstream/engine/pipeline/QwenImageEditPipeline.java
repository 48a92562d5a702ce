package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.textencoder.PictureEmbeds;
import java.util.List;
import java.util.function.Consumer;

/// A picture changed as the prompt says: diffusers' `QwenImageEditPipeline`, step by step.
record QwenImageEditPipeline(EditConditions given, LatentDecoder decoder) implements TaskPipeline {
  @Override
  public Task task() {
    return Task.IMAGE_EDIT;
  }

  @Override
  public DrawingPlan plan(GenerationRequest request) {
    return given.sizes().plan(request, 1, given.settings().areas().condition());
  }

  @Override
  public List<float[]> draw(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    // 1. The picture in the size of a condition
    listener.accept(new StageBegan(Stage.IMAGE_ENCODING));
    var picture = admitted.request().inputs().pictures().getFirst();
    var size = EditSizes.inShape(picture, given.settings().areas().condition());
    Pixels pixels = EditSizes.resized(picture.pixels(), size);

    // 2. What the text encoder sees of it, and its latents: the likeliest
    PictureEmbeds seen = given.see(pixels, signal);
    float[] condition = given.latents(pixels, given.sizes().condition(picture), signal);

    // 3. Prompts, with the picture before them, to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    Prompts prompts = given.prompts(admitted.request(), List.of(seen), signal);
    listener.accept(prompts.read(admitted));

    // 4. Noise
    List<float[]> latents = new Noise(admitted, given.components().vae().channels()).packed();

    // 5. Sigmas
    Schedule schedule = admitted.schedule();

    // 6. Denoising, the picture beside the latents in every step
    try (var steps =
        new DenoisingSteps(
            given.components(),
            admitted,
            prompts,
            Conditions.beside(condition),
            decoder,
            listener,
            signal)) {
      for (int i = 0; i < schedule.steps(); i++) {
        var move = steps.make(i, latents);
        steps.tell(i, latents, move);
      }
      steps.end();
    }
    return latents;
  }
}
