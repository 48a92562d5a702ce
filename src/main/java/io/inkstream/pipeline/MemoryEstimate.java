package io.inkstream.pipeline;

import io.inkstream.cache.DBCache;
import io.inkstream.runtime.Subgraph;
import io.inkstream.runtime.SystemMemory;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/// How much memory a request takes while it runs, beyond the loaded model.
///
/// @param transformerWidth D
/// @param transformerBlocks whose subgraphs each keep their working memory
/// @param vaeBaseChannels channels of the decoder at full size
public record MemoryEstimate(int transformerWidth, int transformerBlocks, int vaeBaseChannels) {
  // Floats alive at once for each token and channel in a block: the MLP's 4 D, and about as much
  // again.
  private static final long BLOCK_FLOATS = 12;
  // Floats alive at once for each pixel and base channel in the decoder, as measured.
  private static final long DECODER_FLOATS = 8;
  private static final long PROMPT_TOKENS = 64;
  // Tensors of one picture on its way through the blocks.
  private static final long STREAM_BUFFERS = 3;

  /// Bytes that drawing at this size takes at its peak.
  public long bytes(LatentSize size, GenerationRequest request) {
    long stream = (size.tokens() + PROMPT_TOKENS) * transformerWidth;
    long blocks = stream * BLOCK_FLOATS * blocksThatKeepMemory(2 * Float.BYTES * stream);
    long steps = request.numInferenceSteps();
    long modulations = 12L * transformerWidth * transformerBlocks * steps;
    long pixels = (long) size.pixelWidth() * size.pixelHeight();
    long decoder = pixels * (vaeBaseChannels * DECODER_FLOATS + 8);
    long kept = 4 * pixels * request.images();
    return Float.BYTES * (blocks + modulations + decoder) + kept + cacheBytes(size, request);
  }

  /// What the cache remembers, and the streams of all pictures that wait for its decision.
  private long cacheBytes(LatentSize size, GenerationRequest request) {
    int text = longestText(request);
    int images = request.images();
    long streams = STREAM_BUFFERS * (size.tokens() + text) * transformerWidth * Float.BYTES;
    return request
        .cache()
        .map(cache ->
            (images - 1) * streams
                + DBCache.bytes(
                    cache,
                    size.tokens(),
                    text,
                    transformerWidth,
                    request.usesTrueCfg() ? 2 : 1,
                    images))
        .orElse(0L);
  }

  // A token is a byte or more.
  private static int longestText(GenerationRequest request) {
    int bytes =
        Stream.concat(request.prompts().stream(), request.negativePrompts().stream())
            .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
            .max()
            .orElse(0);
    return Math.min(bytes, request.maxSequenceLength());
  }

  private int blocksThatKeepMemory(long bytesInAndOut) {
    return Subgraph.isLarge(bytesInAndOut) ? 1 : transformerBlocks;
  }

  /// @throws InvalidRequestException if there is not that much
  void requireRoomFor(LatentSize size, GenerationRequest request) {
    long needed = bytes(size, request);
    long free = SystemMemory.available().orElse(Long.MAX_VALUE);
    if (needed > free) {
      throw new InvalidRequestException(
          "size",
          "size is %dx%d: drawing it takes about %s of memory, %s are free"
              .formatted(
                  size.pixelWidth(), size.pixelHeight(), gigabytes(needed), gigabytes(free)));
    }
  }

  private static String gigabytes(long bytes) {
    return "%.1f GB".formatted(bytes / 1e9);
  }
}
