package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.DBCache;
import io.inkstream.engine.runtime.Subgraph;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/// All the memory that a request takes while it runs, beyond the loaded model: that of the host, if
/// its processor runs the networks.
///
/// @param transformerWidth D
/// @param transformerBlocks whose subgraphs each keep their working memory
/// @param vaeBaseChannels channels of the decoder at full size
public record MemoryEstimate(int transformerWidth, int transformerBlocks, int vaeBaseChannels)
    implements RequestMemory {
  // Floats alive at once for each token and channel in a block: the MLP's 4 D, and about as much
  // again.
  private static final long BLOCK_FLOATS = 12;
  // Floats alive at once for each pixel and base channel in the decoder, as measured.
  private static final long DECODER_FLOATS = 8;
  // Beside them: for each pixel the decoder's result and its copy.
  private static final long PICTURE_FLOATS = 8;
  private static final long PROMPT_TOKENS = 64;
  // Tensors of one picture on its way through the blocks.
  private static final long STREAM_BUFFERS = 3;

  @Override
  public long bytes(LatentSize size, GenerationRequest request) {
    long stream = (size.tokens() + PROMPT_TOKENS) * transformerWidth;
    long blocks = stream * BLOCK_FLOATS * blocksThatKeepMemory(2 * Float.BYTES * stream);
    long steps = request.numInferenceSteps();
    long modulations = 12L * transformerWidth * transformerBlocks * steps;
    long pixels = (long) size.pixelWidth() * size.pixelHeight();
    long decoder = pixels * vaeBaseChannels * DECODER_FLOATS;
    return Float.BYTES * (blocks + modulations + decoder)
        + pictureBytes(size, request)
        + cacheBytes(transformerWidth, size, request);
  }

  /// What the decoder gives, on its way to pixels, and the pictures that are kept.
  static long pictureBytes(LatentSize size, GenerationRequest request) {
    long pixels = (long) size.pixelWidth() * size.pixelHeight();
    return pixels * (Float.BYTES * PICTURE_FLOATS + 4L * request.images());
  }

  /// What the cache remembers, and the streams of all pictures that wait for its decision, in
  /// float32.
  static long cacheBytes(int transformerWidth, LatentSize size, GenerationRequest request) {
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

  private static int longestText(GenerationRequest request) {
    return Math.min(longestPrompt(request), request.maxSequenceLength());
  }

  /// Tokens of the longest prompt at most, as a token is a byte or more.
  static int longestPrompt(GenerationRequest request) {
    return Stream.concat(request.prompts().stream(), request.negativePrompts().stream())
        .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
        .max()
        .orElse(0);
  }

  private int blocksThatKeepMemory(long bytesInAndOut) {
    return Subgraph.isLarge(bytesInAndOut) ? 1 : transformerBlocks;
  }
}
