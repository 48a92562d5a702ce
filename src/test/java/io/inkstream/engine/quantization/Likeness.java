package io.inkstream.engine.quantization;

import java.util.Arrays;

/// How alike two pictures are.
final class Likeness {
  private static final double SAME = 100;

  private Likeness() {}

  /// Peak signal to noise in dB; 100 if they are the same.
  static double psnr(byte[] one, byte[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double off = (one[i] & 255) - (other[i] & 255);
      sum += off * off;
    }
    return Arrays.equals(one, other) ? SAME : 10 * Math.log10(255 * 255 * one.length / sum);
  }
}
