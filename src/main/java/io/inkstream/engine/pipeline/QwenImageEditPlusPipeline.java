package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.textencoder.PictureEmbeds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Pictures changed and joined as the prompt says: diffusers' `QwenImageEditPlusPipeline` of
/// Qwen-Image-Edit-2509 and 2511, step by step.
record QwenImageEditPlusPipeline(EditConditions given, LatentDecoder decoder)
    implements TaskPipeline {
  @Override
  public Task task() {
    return Task.IMAGE_EDIT;
  }

  @Override
  public DrawingPlan plan(GenerationRequest request) {
    long seen = given.settings().areas().vision();
    return given.sizes().plan(request, InputPictures.MAX_PICTURES, seen);
  }

  @Override
  public List<float[]> draw(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    // 1. Of each picture, what the text encoder sees in a small size, and its latents in a large
    // one: the likeliest
    listener.accept(new StageBegan(Stage.IMAGE_ENCODING));
    List<PictureEmbeds> seen = new ArrayList<>();
    List<float[]> conditions = new ArrayList<>();
    for (InputPicture picture : admitted.request().inputs().pictures()) {
      Pixels pixels = picture.pixels();
      var small = EditSizes.inShape(picture, given.settings().areas().vision());
      seen.add(given.see(EditSizes.resized(pixels, small), signal));
      conditions.add(given.latents(pixels, given.sizes().condition(picture), signal));
    }

    // 2. Prompts, with the numbered pictures before them, to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    Prompts prompts = given.prompts(admitted.request(), seen, signal);
    listener.accept(prompts.read(admitted));

    // 3. Noise
    List<float[]> latents = new Noise(admitted, given.components().vae().channels()).packed();

    // 4. Sigmas
    Schedule schedule = admitted.schedule();

    // 5. Denoising, the pictures beside the latents in every step
    try (var steps =
        new DenoisingSteps(
            given.components(),
            admitted,
            prompts,
            Conditions.beside(Latents.joined(conditions)),
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
