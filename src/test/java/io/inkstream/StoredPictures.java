package io.inkstream;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.weights.SafetensorsFile;
import java.util.Optional;

/// Pictures in goldens: `[height, width, 3 or 4]` of bytes.
public final class StoredPictures {
  private StoredPictures() {}

  public static Pixels pixels(SafetensorsFile tensors, String name) {
    var shape = tensors.tensor(name).shape();
    int width = (int) shape.dim(1);
    int height = (int) shape.dim(0);
    int channels = (int) shape.dim(2);
    int[] values = tensors.ints(name);
    byte[] rgb = new byte[3 * width * height];
    byte[] alpha = new byte[width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) values[i / 3 * channels + i % 3];
    }
    for (int i = 0; i < alpha.length && channels == 4; i++) {
      alpha[i] = (byte) values[4 * i + 3];
    }
    return new Pixels(
        width,
        height,
        rgb,
        channels == 4 ? Optional.of(new Plane(width, height, alpha)) : Optional.empty());
  }
}
