package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Angles of rows that are written one after the other: a head's channel pairs are shared out to
/// three axes, frame, height and width.
final class AxialRope {
  private final List<Integer> axesDims;
  private final double theta;
  private final int half;
  private final int rows;
  private final float[] cos;
  private final float[] sin;
  private final List<Map<Integer, Angles>> known; // of each axis, by position: thousands have one
  private int at;

  private record Angles(float[] cos, float[] sin) {}

  /// @param axesDims channels of each axis, their sum a head's width
  /// @param theta base of the frequencies, `theta^(-2k/dims)`
  /// @param rows how many are to be written
  AxialRope(List<Integer> axesDims, double theta, int rows) {
    this.axesDims = axesDims;
    this.theta = theta;
    this.half = axesDims.stream().mapToInt(Integer::intValue).sum() / 2;
    this.rows = rows;
    this.cos = new float[rows * half];
    this.sin = new float[cos.length];
    this.known = axesDims.stream().<Map<Integer, Angles>>map(_ -> new HashMap<>()).toList();
  }

  /// Text, from a position on: the same on all axes.
  void text(int start, int tokens) {
    for (int position = start; position < start + tokens; position++) {
      row(position, position, position);
    }
  }

  /// A picture, row by row, its heights and widths centred.
  void picture(int frame, Grid grid) {
    for (int y = 0; y < grid.height(); y++) {
      for (int x = 0; x < grid.width(); x++) {
        row(frame, centred(y, grid.height()), centred(x, grid.width()));
      }
    }
  }

  // An odd extent has one more position below zero.
  private static int centred(int index, int extent) {
    return index - (extent - extent / 2);
  }

  private void row(int... positions) {
    for (int axis = 0; axis < positions.length; axis++) {
      Angles angles = known.get(axis).computeIfAbsent(positions[axis], angles(axesDims.get(axis)));
      System.arraycopy(angles.cos, 0, cos, at, angles.cos.length);
      System.arraycopy(angles.sin, 0, sin, at, angles.sin.length);
      at += angles.cos.length;
    }
  }

  private Function<Integer, Angles> angles(int dims) {
    return position -> {
      var angles = new Angles(new float[dims / 2], new float[dims / 2]);
      for (int k = 0; k < dims / 2; k++) {
        // float32 as torch computes it: the exponent, the power, its reciprocal, the product.
        float exponent = (float) (2 * k) / dims;
        float frequency = 1f / (float) Math.pow(theta, exponent);
        float angle = position * frequency;
        angles.cos[k] = (float) Math.cos(angle);
        angles.sin[k] = (float) Math.sin(angle);
      }
      return angles;
    };
  }

  /// What was written. The caller closes it.
  RotaryTables tables() {
    return new RotaryTables(Tensor.of(cos, rows, half), Tensor.of(sin, rows, half));
  }
}
