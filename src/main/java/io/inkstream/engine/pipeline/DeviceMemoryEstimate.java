package io.inkstream.engine.pipeline;

/// What a request takes of a device's memory beyond the weights, which lie there already.
///
/// Fitted to what an H100 took at 1024×1024, 1328×1328 and 2048×2048 (perf/cuda): 5.4, 9.0 and 20.8
/// GB, most of it for the decoder.
///
/// @param transformerWidth D
/// @param transformerBlocks of which each has modulations
/// @param vaeBaseChannels channels of the decoder at full size
/// @param elementBytes of a number in the transformer
public record DeviceMemoryEstimate(
    int transformerWidth, int transformerBlocks, int vaeBaseChannels, int elementBytes) {
  // Numbers alive at once for each token and channel in a block, and kept by the library after it.
  private static final long BLOCK_NUMBERS = 32;
  // Floats alive at once for each pixel and base channel in the decoder, its convolutions' working
  // memory included.
  private static final long DECODER_FLOATS = 11;
  private static final long PROMPT_TOKENS = 64;

  /// Bytes that drawing at this size takes at its peak.
  public long bytes(LatentSize size, GenerationRequest request) {
    long blocks = (size.tokens() + PROMPT_TOKENS) * transformerWidth * BLOCK_NUMBERS;
    long modulations = 12L * transformerWidth * transformerBlocks * request.numInferenceSteps();
    long cache = MemoryEstimate.cacheBytes(transformerWidth, size, request) / Float.BYTES;
    long pixels = (long) size.pixelWidth() * size.pixelHeight();
    return elementBytes * (blocks + modulations + cache)
        + Float.BYTES * pixels * vaeBaseChannels * DECODER_FLOATS;
  }
}
