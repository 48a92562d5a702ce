package io.inkstream.cli.serving;

import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/// The picture that a request brings.
///
/// @param name of its file
/// @param bytes of its file; not copied, nobody changes them
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record InputPicture(String name, byte[] bytes) {
  private static final int SIDE = 512;

  static InputPicture of(Path file) throws IOException {
    return new InputPicture(String.valueOf(file.getFileName()), Files.readAllBytes(file));
  }

  /// One of our own, for who has none: a red disc on blue.
  static InputPicture disc() {
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < SIDE * SIDE; i++) {
      double x = i % SIDE - SIDE / 2.0;
      double y = i / SIDE - SIDE / 2.0;
      boolean inside = Math.hypot(x, y) < SIDE / 3.0;
      rgb[3 * i] = (byte) (inside ? 210 : 120);
      rgb[3 * i + 1] = (byte) (inside ? 40 : 170);
      rgb[3 * i + 2] = (byte) (inside ? 40 : 220);
    }
    var png = ImageFormat.PNG.encoder(OptionalInt.empty());
    return new InputPicture("disc.png", png.encode(new Pixels(SIDE, SIDE, rgb), Map.of()));
  }
}
