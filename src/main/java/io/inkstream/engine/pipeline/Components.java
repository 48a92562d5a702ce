package io.inkstream.engine.pipeline;

import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import io.inkstream.engine.textencoder.PromptEncoder;
import io.inkstream.engine.transformer.QwenImageTransformer2DModel;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;

/// What the pipelines of one model share. Whoever has them closes them.
public record Components(
    PromptEncoder promptEncoder,
    QwenImageTransformer2DModel transformer,
    FlowMatchEulerDiscreteScheduler scheduler,
    AutoencoderKLQwenImage vae)
    implements AutoCloseable {
  @Override
  public void close() {
    promptEncoder.close();
    transformer.close();
    vae.close();
  }
}
