package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;

/// What the forwards of one branch (cond or uncond) of one prompt share over all steps.
///
/// Made by [TransformerRun#branch]; the caller closes it.
public final class Branch implements AutoCloseable {
  private final Tensor text;
  private final QwenEmbedRope.Tables rope;

  Branch(Tensor text, QwenEmbedRope.Tables rope) {
    this.text = text;
    this.rope = rope;
  }

  /// The text stream before the first block, `[text, D]`.
  Tensor text() {
    return text;
  }

  QwenEmbedRope.Tables rope() {
    return rope;
  }

  @Override
  public void close() {
    text.close();
    rope.close();
  }
}
