package io.inkstream.engine.image;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Pixels whose file is made when somebody first asks for it, and only once for each encoder,
/// however many ask. Safe for any thread.
public final class Picture {
  private final Pixels pixels;
  private final Map<ImageEncoder, byte[]> files = new ConcurrentHashMap<>();

  public Picture(Pixels pixels) {
    this.pixels = pixels;
  }

  public Pixels pixels() {
    return pixels;
  }

  /// A file that says nothing about itself. Not to be written to.
  public byte[] file(ImageEncoder encoder) {
    return files.computeIfAbsent(encoder, made -> made.encode(pixels, Map.of()));
  }
}
