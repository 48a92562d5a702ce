package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One picture on its way through one forward: its image stream, and the text stream of the branch
/// where it has one.
final class PictureStreams implements AutoCloseable {
  private final Stages stages;
  private final Stream image;
  // By length: the branches' texts differ.
  private final Map<Shape, Stream> texts = new HashMap<>();
  private Optional<Stream> text = Optional.empty();
  private @Nullable LaneBranch branch;

  PictureStreams(Stages stages, Shape image) {
    this.stages = stages;
    this.image = new Stream(stages, image);
  }

  /// Begins a forward of `branch`. The image stream has no content yet.
  void begin(LaneBranch branch) {
    this.branch = branch;
    image.begin(null);
    text = branch.text().map(this::begun);
  }

  private Stream begun(Tensor start) {
    Stream stream = texts.computeIfAbsent(start.shape(), shape -> new Stream(stages, shape));
    stream.begin(start);
    return stream;
  }

  Stream image() {
    return image;
  }

  Optional<Stream> text() {
    return text;
  }

  /// What a block reads.
  Map<String, Tensor> blockInputs(int block, Tensor modulation) {
    if (branch == null) {
      throw new IllegalStateException("no forward has begun");
    }
    Map<String, Tensor> inputs = new HashMap<>(branch.inputs(block));
    inputs.put("h", image.current());
    inputs.put("modulation", modulation);
    text.ifPresent(stream -> inputs.put("e", stream.current()));
    return inputs;
  }

  Map<String, Tensor> blockOutputs() {
    Map<String, Tensor> outputs = new HashMap<>(Map.of("h_out", image.next()));
    text.ifPresent(stream -> outputs.put("e_out", stream.next()));
    return outputs;
  }

  /// Goes over to a stage.
  void goTo(int stage) {
    image.goTo(stage);
    text.ifPresent(stream -> stream.goTo(stage));
  }

  void advance() {
    image.advance();
    text.ifPresent(Stream::advance);
  }

  @Override
  public void close() {
    image.close();
    texts.values().forEach(Stream::close);
  }
}
