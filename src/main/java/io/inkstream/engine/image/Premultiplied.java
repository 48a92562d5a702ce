package io.inkstream.engine.image;

import java.util.Optional;

/// Colours multiplied by alpha and divided by it again, to the bit as Pillow does it between `RGBA`
/// and `RGBa`.
final class Premultiplied {
  private static final int OPAQUE = 255;

  private Premultiplied() {}

  /// The colours as much as there is of them.
  static Pixels colours(Pixels pixels, Plane alpha) {
    byte[] rgb = pixels.rgb();
    byte[] multiplied = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      int product = (rgb[i] & 0xff) * opacity(alpha, i) + OPAQUE / 2 + 1;
      multiplied[i] = (byte) ((product + (product >> 8)) >> 8);
    }
    return new Pixels(pixels.width(), pixels.height(), multiplied);
  }

  /// The picture of such colours.
  static Pixels picture(Pixels colours, Plane alpha) {
    byte[] multiplied = colours.rgb();
    byte[] rgb = new byte[multiplied.length];
    for (int i = 0; i < rgb.length; i++) {
      int opacity = opacity(alpha, i);
      int colour = multiplied[i] & 0xff;
      boolean asItIs = opacity == 0 || opacity == OPAQUE;
      rgb[i] = (byte) (asItIs ? colour : Math.min(OPAQUE, OPAQUE * colour / opacity));
    }
    return new Pixels(colours.width(), colours.height(), rgb, Optional.of(alpha));
  }

  private static int opacity(Plane alpha, int sample) {
    return alpha.samples()[sample / Pixels.CHANNELS] & 0xff;
  }
}
