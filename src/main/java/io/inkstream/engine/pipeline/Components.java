package io.inkstream.engine.pipeline;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import io.inkstream.engine.textencoder.PromptEncoder;
import io.inkstream.engine.transformer.DiffusionTransformer;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import java.util.List;

/// What the pipelines of one model share. Whoever has them closes them.
///
/// @param guidance how a prediction without the prompt acts on the one with it
public record Components(
    PromptEncoder promptEncoder,
    DiffusionTransformer transformer,
    FlowMatchEulerDiscreteScheduler scheduler,
    AutoencoderKLQwenImage vae,
    TrueCfg guidance)
    implements AutoCloseable {
  /// The embeddings of a request's texts, or those that are remembered.
  Prompts prompts(GenerationRequest request, CancellationSignal signal) {
    int length = request.texts().maxSequenceLength();
    return Prompts.of(request, text -> promptEncoder.encode(text, length, signal));
  }

  /// The first latents of a request's pictures, packed `[tokens, features]`.
  List<float[]> noise(AdmittedRequest admitted) {
    return new Noise(admitted, vae.channels()).packed();
  }

  @Override
  public void close() {
    promptEncoder.close();
    transformer.close();
    vae.close();
  }
}
