package io.inkstream.engine.pipeline;

import io.inkstream.engine.textencoder.PromptEncoder;

/// What a request takes of the host's memory while a device with memory of its own runs the
/// networks: latents, embeddings and pictures.
///
/// @param transformerWidth D
/// @param inChannels features of an image token
/// @param textWidth features of an embedding
public record HostMemoryEstimate(int transformerWidth, int inChannels, int textWidth)
    implements RequestMemory {
  // Of one picture: latents, both branches' velocities, and what a solver or a forecast remembers.
  private static final long LATENT_COPIES = 8;
  // Of one prompt on its way to embeddings: what goes in, what comes out, what is kept of that.
  private static final long TEXT_COPIES = 4;
  private static final long TEMPLATE_TOKENS = 64;
  // The time embedding: D, and the last modulation, 2 D.
  private static final long TIME_FLOATS = 3;

  @Override
  public long bytes(LatentSize size, GenerationRequest request) {
    long tokens =
        Math.min(MemoryEstimate.longestPrompt(request), PromptEncoder.MAX_SEQUENCE_LENGTH)
            + TEMPLATE_TOKENS;
    long text = tokens * textWidth;
    long prompts = (request.usesTrueCfg() ? 2L : 1L) * request.prompts().size();
    long latents = LATENT_COPIES * size.tokens() * inChannels * request.images();
    long time = TIME_FLOATS * transformerWidth * request.numInferenceSteps();
    long encoding = Float.BYTES * TEXT_COPIES * text;
    // One stage after the other: the first gives back what it took before the last begins.
    return Float.BYTES * (prompts * text + latents + time)
        + Math.max(encoding, MemoryEstimate.pictureBytes(size, request));
  }
}
