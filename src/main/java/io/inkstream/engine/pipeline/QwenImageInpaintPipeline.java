package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.vae.Posterior;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A picture drawn anew where a mask is white: diffusers' `QwenImageInpaintPipeline`, step by step,
/// with the difference of [QwenImageImg2ImgPipeline].
record QwenImageInpaintPipeline(QwenImagePipeline text, LatentEncoder encoder)
    implements TaskPipeline {
  @Override
  public Task task() {
    return Task.INPAINTING;
  }

  @Override
  public DrawingPlan plan(GenerationRequest request) {
    return StartPicture.plan(request);
  }

  @Override
  public List<float[]> draw(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    // 1. The picture to latents: a sample of what it may be
    listener.accept(new StageBegan(Stage.IMAGE_ENCODING));
    var inputs = admitted.request().inputs();
    Posterior posterior =
        encoder.encode(inputs.pictures().getFirst().pixels(), admitted.size(), signal);
    Noise random = new Noise(admitted, encoder.vae().channels());
    List<float[]> clean =
        random.each(generator -> encoder.packed(posterior.sample(generator), admitted.size()));

    // 2. Prompts to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    Prompts prompts = text.components().prompts(admitted.request(), signal);
    listener.accept(prompts.read(admitted));

    // 3. The mask, for each number of a token
    var mask =
        LatentMask.of(
            inputs.mask().orElseThrow().plane(), admitted.size(), encoder.vae().channels());

    // 4. Sigmas: those that strength leaves
    Schedule schedule = admitted.schedule();
    float[] sigmas = schedule.sigmas();

    // 5. The picture and noise, mixed to the first of them
    List<float[]> noise = random.packed();
    List<float[]> latents = new ArrayList<>(mixed(clean, noise, sigmas[0]));

    // 6. Denoising; outside of the mask it is the picture that gets clearer from step to step
    try (var steps = text.steps(admitted, prompts, listener, signal)) {
      for (int i = 0; i < schedule.steps(); i++) {
        var move = steps.make(i, latents);
        mask.keep(mixed(clean, noise, sigmas[i + 1]), latents);
        steps.tell(i, latents, move);
      }
      steps.end();
    }
    return latents;
  }

  private static List<float[]> mixed(List<float[]> clean, List<float[]> noise, float sigma) {
    List<float[]> mixed = new ArrayList<>();
    for (int image = 0; image < noise.size(); image++) {
      mixed.add(Noise.mixed(clean.get(image), noise.get(image), sigma));
    }
    return mixed;
  }
}
