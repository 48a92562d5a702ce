package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The image or the text of one picture on its way through the blocks: a few tensors of one shape
/// that take turns. A block reads [#current] and writes [#next]; what is kept is not written over.
final class Stream implements AutoCloseable {
  private static final int BUFFERS = 3;

  private final List<Tensor> buffers = new ArrayList<>();
  private @Nullable Tensor current;
  private @Nullable Tensor kept;

  Stream(TensorSpace space, Shape shape) {
    for (int i = 0; i < BUFFERS; i++) {
      buffers.add(space.zeros(shape.dims()));
    }
  }

  /// Begins a forward. `start` may be a tensor of somebody else, which is only read.
  void begin(@Nullable Tensor start) {
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
    for (Tensor buffer : buffers) {
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

  /// Keeps what the stream is now until the next call or the end of the forward.
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
    buffers.forEach(Tensor::close);
  }
}
