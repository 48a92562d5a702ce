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

/// A picture drawn anew: diffusers' `QwenImageImg2ImgPipeline`, step by step.
///
/// One difference: where pictures have generators of their own, each is what diffusers draws of its
/// seed alone; diffusers gives all pictures of a batch what the first generator made of the given
/// one.
record QwenImageImg2ImgPipeline(QwenImagePipeline text, LatentEncoder encoder)
    implements TaskPipeline {
  @Override
  public Task task() {
    return Task.IMAGE_TO_IMAGE;
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
    var picture = admitted.request().inputs().pictures().getFirst();
    Posterior posterior = encoder.encode(picture.pixels(), admitted.size(), signal);
    Noise random = new Noise(admitted, encoder.vae().channels());
    List<float[]> clean =
        random.each(generator -> encoder.packed(posterior.sample(generator), admitted.size()));

    // 2. Prompts to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    Prompts prompts = text.components().prompts(admitted.request(), signal);
    listener.accept(prompts.read(admitted));

    // 3. Sigmas: those that strength leaves
    Schedule schedule = admitted.schedule();

    // 4. The picture and noise, mixed to the first of them
    List<float[]> noise = random.packed();
    List<float[]> latents = new ArrayList<>();
    for (int image = 0; image < noise.size(); image++) {
      latents.add(Noise.mixed(clean.get(image), noise.get(image), schedule.sigmas()[0]));
    }

    // 5. Denoising
    try (var steps = text.steps(admitted, prompts, listener, signal)) {
      for (int i = 0; i < schedule.steps(); i++) {
        var move = steps.make(i, latents);
        steps.tell(i, latents, move);
      }
      steps.end();
    }
    return latents;
  }
}
