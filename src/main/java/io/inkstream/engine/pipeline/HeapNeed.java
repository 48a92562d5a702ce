package io.inkstream.engine.pipeline;

import io.inkstream.engine.image.ImageEncoder;

/// How much of the Java heap pictures take, drawn together and encoded one after the other; what
/// networks work with lies outside it. Fitted to the smallest heaps that drew and answered
/// (perf/memory).
///
/// @param latents of one picture, in bytes, once
/// @param decoding one picture, and encoding it
/// @param file of one picture at most
/// @param pictures drawn together
/// @param inputs pictures that the request brings, decoded
public record HeapNeed(long latents, long decoding, long file, int pictures, long inputs) {
  // What a step has of one picture: latents, both branches' velocities, what a solver or a forecast
  // remembers.
  private static final long LATENT_COPIES = 8;
  // Of a token: Qwen-Image's 64 features.
  private static final long LATENT = 64 * Float.BYTES;
  // Of a pixel: the decoder's floats of colours and alpha, those in 8 bits, a latent.
  private static final long DECODED = 4 * Float.BYTES + 4 + 1;
  // Of a pixel that is encoded: its 8-bit colours and alpha.
  private static final long COLOURS = 4;
  // How often a file and its answer say the prompt, in bytes of UTF-16 or UTF-8.
  private static final long PROMPT_COPIES = 8;

  public static HeapNeed of(Load load, ImageEncoder encoder) {
    long pixels = load.pixels();
    long prompt = PROMPT_COPIES * load.promptTokens(); // a byte each at most
    return new HeapNeed(
        LATENT * load.tokens(),
        Math.max(DECODED * pixels, COLOURS * pixels + encoder.heapBytes(pixels)),
        encoder.mostBytes(pixels) + prompt,
        load.pictures(),
        load.given().inputBytes());
  }

  /// The same of other many pictures.
  public HeapNeed withPictures(int other) {
    return new HeapNeed(latents, decoding, file, other, inputs);
  }

  /// The most at once: all pictures in a step, or the last of them at the decoder.
  public long peak() {
    long drawing =
        Math.max(
            LATENT_COPIES * latents * pictures,
            latents * pictures + decoding + file * (pictures - 1));
    return drawing + inputs;
  }
}
