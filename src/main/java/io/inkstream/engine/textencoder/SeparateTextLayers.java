package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.textencoder.TextStage.Buffers;
import java.util.List;
import java.util.Map;

/// The layers of a text encoder, each a graph of its own, so that their weights may come when a
/// prompt is encoded, and be nowhere otherwise: to a device from the host, on the host from files
/// in which they are stored smaller. They may lie on several devices, one after the other.
///
/// @param begin `inputs_embeds, cos, sin` in float32 → `h, cos_table, sin_table` as the layers
///   compute, on the first stage
/// @param stages of the layers, in their order
/// @param end `h` → `last_hidden_state` in float32, on the last stage
public record SeparateTextLayers(Subgraph begin, List<TextStage> stages, Subgraph end)
    implements TextLayers {
  public SeparateTextLayers {
    stages = List.copyOf(stages);
  }

  @Override
  public void run(
      Tensor embeds,
      List<Tensor> deep,
      Tensor cos,
      Tensor sin,
      Tensor hidden,
      CancellationSignal signal) {
    var first = stages.getFirst();
    try (var buffers = first.buffers(embeds.shape().dims(), cos.shape().dims())) {
      begin.run(
          Map.of("inputs_embeds", embeds, "cos", cos, "sin", sin),
          Map.of("h", buffers.first(), "cos_table", buffers.cos(), "sin_table", buffers.sin()),
          signal);
      run(0, buffers, deep, hidden, signal);
    }
  }

  /// From one stage on.
  private void run(
      int from, Buffers buffers, List<Tensor> deep, Tensor hidden, CancellationSignal signal) {
    var stage = stages.get(from);
    int layers = Math.min(deep.size(), stage.layers().size());
    Tensor h = stage.run(buffers, deep.subList(0, layers), signal);
    if (from + 1 == stages.size()) {
      end.run(Map.of("h", h), Map.of("last_hidden_state", hidden), signal);
      return;
    }
    try (var next = stages.get(from + 1).pulled(stage, buffers, h)) {
      run(from + 1, next, deep.subList(layers, deep.size()), hidden, signal);
    }
  }

  @Override
  public void close() {
    begin.close();
    stages.forEach(TextStage::close);
    end.close();
  }
}
