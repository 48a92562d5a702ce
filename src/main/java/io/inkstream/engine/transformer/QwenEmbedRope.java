package io.inkstream.engine.transformer;

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

  /// The tables of `textTokens` tokens and then of the pictures, each row by row. The caller closes
  /// them.
  public RotaryTables tables(int textTokens, List<Grid> grids) {
    int tokens = textTokens + grids.stream().mapToInt(Grid::tokens).sum();
    var rope = new AxialRope(axesDims, theta, tokens);
    rope.text(grids.stream().mapToInt(Grid::textStart).max().orElse(0), textTokens);
    for (int frame = 0; frame < grids.size(); frame++) {
      rope.picture(frame, grids.get(frame));
    }
    return rope.tables();
  }
}
