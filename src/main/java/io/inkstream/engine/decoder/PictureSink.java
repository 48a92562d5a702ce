package io.inkstream.engine.decoder;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import java.util.Optional;

/// Takes a picture's rows as they stand in its file, and turns them upright.
interface PictureSink {
  /// What the rows will be.
  ///
  /// @param channels 3, or 4 with alpha
  void begin(int width, int height, int channels, Orientation orientation);

  /// The next row.
  void row(byte[] samples);

  /// Looks at the size and lets the rows fall.
  final class Measure implements PictureSink {
    private int width;
    private int height;
    private boolean alpha;

    @Override
    public void begin(int fileWidth, int fileHeight, int channels, Orientation orientation) {
      alpha = channels == 4;
      width = orientation.swapped() ? fileHeight : fileWidth;
      height = orientation.swapped() ? fileWidth : fileHeight;
    }

    @Override
    public void row(byte[] samples) {}

    int width() {
      return width;
    }

    int height() {
      return height;
    }

    boolean alpha() {
      return alpha;
    }
  }

  /// Keeps all of it.
  final class Whole implements PictureSink {
    private Orientation orientation = Orientation.of(1);
    private int width;
    private int height;
    private int channels;
    private int rows;
    private byte[] rgb = {};
    private byte[] alpha = {};

    @Override
    public void begin(int fileWidth, int fileHeight, int of, Orientation turned) {
      width = fileWidth;
      height = fileHeight;
      channels = of;
      orientation = turned;
      rgb = new byte[3 * width * height];
      alpha = new byte[channels == 4 ? width * height : 0];
    }

    @Override
    public void row(byte[] samples) {
      int to = orientation.start(rows++, width, height);
      int step = orientation.step(height);
      for (int from = 0; from < samples.length; from += channels) {
        System.arraycopy(samples, from, rgb, 3 * to, 3);
        if (channels == 4) {
          alpha[to] = samples[from + 3];
        }
        to += step;
      }
    }

    DecodedPicture picture() {
      int across = orientation.swapped() ? height : width;
      int down = orientation.swapped() ? width : height;
      return new DecodedPicture(
          new Pixels(across, down, rgb),
          channels == 4 ? Optional.of(new Plane(across, down, alpha)) : Optional.empty());
    }
  }
}
