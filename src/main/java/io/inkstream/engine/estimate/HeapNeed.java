package io.inkstream.engine.estimate;

import io.inkstream.engine.image.ImageEncoder;

/// How much of the Java heap pictures take, drawn together and encoded a few at a time; what
/// networks work with lies outside it. Fitted to the smallest heaps that drew and answered
/// (perf/memory).
///
/// @param latents of one picture, in bytes, once
/// @param decoding one picture, and encoding it
/// @param file of one picture at most
/// @param pictures drawn together
/// @param atOnce pictures that are decoded and encoded at once, at most
/// @param inputs pictures that the request brings, decoded
public record HeapNeed(
    long latents, long decoding, long file, int pictures, int atOnce, long inputs) {
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
        1,
        load.given().inputBytes());
  }

  /// The same of other many pictures.
  public HeapNeed withPictures(int other) {
    return new HeapNeed(latents, decoding, file, other, atOnce, inputs);
  }

  /// The same where so many devices draw them.
  public HeapNeed decodedAtOnce(int devices) {
    return new HeapNeed(latents, decoding, file, pictures, devices, inputs);
  }

  /// The most at once: all pictures in a step, or the last of them at the decoder.
  public long peak() {
    int last = Math.min(atOnce, pictures);
    long drawing =
        Math.max(
            LATENT_COPIES * latents * pictures,
            latents * pictures + decoding * last + file * (pictures - last));
    return drawing + inputs;
  }
}
