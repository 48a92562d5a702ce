package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The image or the text of one picture on its way through the blocks: a few tensors of one shape
/// that take turns, on each stage. A block reads [#current] and writes [#next]; what is kept, on
/// the first stage, is not written over.
final class Stream implements AutoCloseable {
  private static final int BUFFERS = 3;

  private final Stages stages;
  private final List<List<Tensor>> buffers = new ArrayList<>();
  private int stage;
  private @Nullable Tensor current;
  private @Nullable Tensor kept;

  Stream(Stages stages, Shape shape) {
    this.stages = stages;
    try {
      for (int at = 0; at < stages.count(); at++) {
        List<Tensor> own = new ArrayList<>();
        buffers.add(own);
        while (own.size() < (at == 0 ? BUFFERS : BUFFERS - 1)) {
          own.add(stages.space(at).zeros(shape.dims()));
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Begins a forward, on the first stage. `start` may be a tensor of somebody else, which is only
  /// read.
  void begin(@Nullable Tensor start) {
    stage = 0;
    current = start;
    kept = null;
  }

  /// Where the stream is now.
  Tensor current() {
    if (current == null) {
      throw new IllegalStateException("the stream has no content yet");
    }
    return current;
  }

  /// Where to write what comes next; the same until [#advance].
  Tensor next() {
    for (Tensor buffer : buffers.get(stage)) {
      if (buffer != current && buffer != kept) {
        return buffer;
      }
    }
    throw new IllegalStateException("no buffer is free");
  }

  /// What was written to [#next] is the stream now.
  void advance() {
    current = next();
  }

  /// Goes over to a stage, if it is on another.
  void goTo(int next) {
    if (next != stage) {
      var there = stages.space(stage);
      stage = next;
      stages.space(next).pull(next(), there, current());
      advance();
    }
  }

  /// Keeps what the stream is now until the next call or the end of the forward. To be called on
  /// the first stage.
  void keep() {
    kept = current();
  }

  /// What was kept.
  Tensor kept() {
    if (kept == null) {
      throw new IllegalStateException("nothing was kept");
    }
    return kept;
  }

  @Override
  public void close() {
    buffers.forEach(own -> own.forEach(Tensor::close));
  }
}
