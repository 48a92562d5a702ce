package io.inkstream.engine.transformer;

import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.List;

/// The rotary position embedding of Qwen-Image-2.1: text counts on all three axes, and a picture
/// that follows is one frame at the next position, its heights and widths centred.
///
/// @param axesDims channels of each axis (frame, height, width), their sum a head's width
public record PrefixRope(List<Integer> axesDims) {
  public PrefixRope {
    axesDims = List.copyOf(axesDims);
  }

  /// Of a text from a position on. The caller closes them.
  RotaryTables text(int position, int tokens) {
    var rope = new AxialRope(axesDims, QwenEmbedRope.THETA, tokens);
    rope.text(position, tokens);
    return rope.tables();
  }

  /// Of a picture at a position. The caller closes them.
  RotaryTables picture(int position, Grid grid) {
    var rope = new AxialRope(axesDims, QwenEmbedRope.THETA, grid.tokens());
    rope.picture(position, grid);
    return rope.tables();
  }
}
