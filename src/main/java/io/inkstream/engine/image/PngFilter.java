package io.inkstream.engine.image;

/// Filters the rows of a picture one after another (PNG specification, 9 "Filtering").
///
/// Each row takes the filter whose output, read as signed bytes, has the smallest sum of absolute
/// values (12.7 "Filter selection").
final class PngFilter {
  private static final int KINDS = 5;

  private final byte[] samples;
  private final int pixel;
  private final int stride;
  private final byte[][] candidates;

  PngFilter(Pixels pixels) {
    this.samples = pixels.samples();
    this.pixel = pixels.channels();
    this.stride = pixels.width() * pixel;
    this.candidates = new byte[KINDS][stride + 1];
  }

  /// The row as it is, after filter type 0; valid until the next call.
  byte[] unfiltered(int y) {
    System.arraycopy(samples, y * stride, candidates[0], 1, stride);
    return candidates[0];
  }

  /// The row after the best filter, its type byte first; valid until the next call.
  byte[] best(int y) {
    byte[] best = candidates[0];
    long smallest = Long.MAX_VALUE;
    for (int kind = 0; kind < KINDS; kind++) {
      long sum = filter(kind, y);
      if (sum < smallest) {
        smallest = sum;
        best = candidates[kind];
      }
    }
    return best;
  }

  private long filter(int kind, int y) {
    byte[] out = candidates[kind];
    out[0] = (byte) kind;
    long sum = 0;
    for (int i = 0; i < stride; i++) {
      int at = y * stride + i;
      int a = i < pixel ? 0 : samples[at - pixel] & 0xff;
      int b = y == 0 ? 0 : samples[at - stride] & 0xff;
      int c = i < pixel || y == 0 ? 0 : samples[at - stride - pixel] & 0xff;
      byte value = (byte) (samples[at] - prediction(kind, a, b, c));
      out[i + 1] = value;
      sum += Math.abs((int) value);
    }
    return sum;
  }

  private static int prediction(int kind, int a, int b, int c) {
    return switch (kind) {
      case 0 -> 0;
      case 1 -> a;
      case 2 -> b;
      case 3 -> (a + b) / 2;
      default -> paeth(a, b, c);
    };
  }

  private static int paeth(int a, int b, int c) {
    int pa = Math.abs(b - c);
    int pb = Math.abs(a - c);
    int pc = Math.abs(a + b - 2 * c);
    if (pa <= pb && pa <= pc) {
      return a;
    }
    return pb <= pc ? b : c;
  }
}
