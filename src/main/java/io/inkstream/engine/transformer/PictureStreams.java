package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One picture on its way through one forward: its image stream, and the text stream of the branch.
final class PictureStreams implements AutoCloseable {
  private final TensorSpace space;
  private final Stream image;
  // By length: the branches' texts differ.
  private final Map<Shape, Stream> texts = new HashMap<>();
  private @Nullable Branch branch;

  PictureStreams(TensorSpace space, Shape image) {
    this.space = space;
    this.image = new Stream(space, image);
  }

  /// Begins a forward of `branch`. The image stream has no content yet.
  void begin(Branch branch) {
    this.branch = branch;
    image.begin(null);
    text().begin(branch.text());
  }

  Stream image() {
    return image;
  }

  Stream text() {
    return texts.computeIfAbsent(branch().text().shape(), shape -> new Stream(space, shape));
  }

  Branch branch() {
    if (branch == null) {
      throw new IllegalStateException("no forward has begun");
    }
    return branch;
  }

  /// What a block reads.
  Map<String, Tensor> blockInputs(Tensor modulation) {
    var rope = branch().rope();
    return Map.of(
        "h", image.current(),
        "e", text().current(),
        "cos", rope.cos(),
        "sin", rope.sin(),
        "modulation", modulation);
  }

  Map<String, Tensor> blockOutputs() {
    return Map.of("h_out", image.next(), "e_out", text().next());
  }

  void advance() {
    image.advance();
    text().advance();
  }

  @Override
  public void close() {
    image.close();
    texts.values().forEach(Stream::close);
  }
}
