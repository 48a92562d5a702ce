package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.List;

/// The rotary position embedding of diffusers' `QwenEmbedRope` with `scale_rope`.
///
/// A head's channel pairs are shared out to three axes: frame, height, width. Positions of height
/// and width are centred on the picture, and each picture of several is a frame of its own; text
/// follows on the diagonal, after the largest half side of all of them.
///
/// @param axesDims channels of each axis, their sum a head's width
/// @param theta base of the frequencies, `theta^(-2k/dims)`
public record QwenEmbedRope(List<Integer> axesDims, double theta) {
  /// As published: 10,000.
  public static final double THETA = 10_000;

  public QwenEmbedRope {
    axesDims = List.copyOf(axesDims);
  }

  /// Size of a picture in tokens.
  public record Grid(int height, int width) {
    int tokens() {
      return height * width;
    }

    int textStart() {
      return Math.max(height / 2, width / 2);
    }
  }

  /// `cos` and `sin`, each `[text + images, half a head]`, text first.
  public record Tables(Tensor cos, Tensor sin) implements AutoCloseable {
    /// The same in a space, to which these belong from now on.
    Tables in(TensorSpace space) {
      return new Tables(space.take(cos), space.take(sin));
    }

    @Override
    public void close() {
      cos.close();
      sin.close();
    }
  }

  /// The tables of `textTokens` tokens and the pictures, each row by row. The caller closes them.
  public Tables tables(int textTokens, List<Grid> grids) {
    int half = axesDims.stream().mapToInt(Integer::intValue).sum() / 2;
    int tokens = textTokens + grids.stream().mapToInt(Grid::tokens).sum();
    float[] cos = new float[tokens * half];
    float[] sin = new float[cos.length];
    int start = grids.stream().mapToInt(Grid::textStart).max().orElse(0);
    int at = 0;
    for (int position = start; position < start + textTokens; position++) {
      at = fill(cos, sin, at, position, position, position);
    }
    for (int frame = 0; frame < grids.size(); frame++) {
      at = fill(cos, sin, at, frame, grids.get(frame));
    }
    return new Tables(Tensor.of(cos, tokens, half), Tensor.of(sin, tokens, half));
  }

  private int fill(float[] cos, float[] sin, int start, int frame, Grid grid) {
    int at = start;
    for (int y = 0; y < grid.height(); y++) {
      for (int x = 0; x < grid.width(); x++) {
        at = fill(cos, sin, at, frame, centred(y, grid.height()), centred(x, grid.width()));
      }
    }
    return at;
  }

  // An odd extent has one more position below zero.
  private static int centred(int index, int extent) {
    return index - (extent - extent / 2);
  }

  private int fill(float[] cos, float[] sin, int start, int... positions) {
    int at = start;
    for (int axis = 0; axis < positions.length; axis++) {
      int dims = axesDims.get(axis);
      for (int k = 0; k < dims / 2; k++) {
        // float32 as torch computes it: the exponent, the power, its reciprocal, the product.
        float exponent = (float) (2 * k) / dims;
        float frequency = 1f / (float) Math.pow(theta, exponent);
        float angle = positions[axis] * frequency;
        cos[at] = (float) Math.cos(angle);
        sin[at++] = (float) Math.sin(angle);
      }
    }
    return at;
  }
}
