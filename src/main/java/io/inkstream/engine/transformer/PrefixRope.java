package io.inkstream.engine.transformer;

import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.List;

/// The rotary position embedding of Qwen-Image-2.1: text counts from 0 on all three axes, and a
/// picture that follows is one frame at the next position, its heights and widths centred.
///
/// @param axesDims channels of each axis (frame, height, width), their sum a head's width
public record PrefixRope(List<Integer> axesDims) {
  public PrefixRope {
    axesDims = List.copyOf(axesDims);
  }

  /// Of a text. The caller closes them.
  RotaryTables text(int tokens) {
    var rope = new AxialRope(axesDims, QwenEmbedRope.THETA, tokens);
    rope.text(0, tokens);
    return rope.tables();
  }

  /// Of a picture behind so many tokens. The caller closes them.
  RotaryTables picture(int before, Grid grid) {
    var rope = new AxialRope(axesDims, QwenEmbedRope.THETA, grid.tokens());
    rope.picture(before, grid);
    return rope.tables();
  }
}
