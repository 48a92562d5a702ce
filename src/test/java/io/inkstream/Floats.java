package io.inkstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// Arrays of numbers as tests compare them.
public final class Floats {
  private Floats() {}

  /// The largest difference of two arrays of one length; NaN if one of the numbers is none, and no
  /// bound passes that.
  public static double largestDifference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(actual[i] - expected[i])); // keeps a NaN
    }
    return largest;
  }

  /// Asks for differences below a bound.
  public static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(largestDifference(actual, expected)).isLessThan(tolerance);
  }

  /// One after the other.
  public static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
