package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The layers of a text encoder, each a graph of its own, so that their weights may come when a
/// prompt is encoded, and be nowhere otherwise: to a device from the host, on the host from files
/// in which they are stored smaller.
///
/// @param begin `inputs_embeds, cos, sin` in float32 → `h, cos_table, sin_table` as the layers
///   compute
/// @param layers `h, cos, sin` → `h_out`
/// @param deep `h, deep` → `h_out`, for layers that a model's eyes add to; empty for a model that
///   has none
/// @param end `h` → `last_hidden_state` in float32
/// @param streams where what they add up lies
/// @param tables where the angles lie
public record SeparateTextLayers(
    Subgraph begin,
    List<Subgraph> layers,
    Optional<Subgraph> deep,
    Subgraph end,
    TensorSpace streams,
    TensorSpace tables)
    implements TextLayers {

  @Override
  public void run(
      Tensor embeds,
      List<Tensor> deep,
      Tensor cos,
      Tensor sin,
      Tensor hidden,
      CancellationSignal signal) {
    long[] rows = embeds.shape().dims();
    long[] angles = cos.shape().dims();
    try (var first = streams.zeros(rows);
        var second = streams.zeros(rows);
        var cosines = tables.zeros(angles);
        var sines = tables.zeros(angles)) {
      begin.run(
          Map.of("inputs_embeds", embeds, "cos", cos, "sin", sin),
          Map.of("h", first, "cos_table", cosines, "sin_table", sines),
          signal);
      Tensor h = first;
      for (int layer = 0; layer < layers.size(); layer++) {
        Tensor next = h == first ? second : first;
        layers
            .get(layer)
            .run(Map.of("h", h, "cos", cosines, "sin", sines), Map.of("h_out", next), signal);
        h = next;
        if (layer < deep.size()) {
          next = h == first ? second : first;
          add(h, deep.get(layer), next, signal);
          h = next;
        }
      }
      end.run(Map.of("h", h), Map.of("last_hidden_state", hidden), signal);
    }
  }

  private void add(Tensor h, Tensor added, Tensor next, CancellationSignal signal) {
    deep.orElseThrow().run(Map.of("h", h, "deep", added), Map.of("h_out", next), signal);
  }

  @Override
  public void close() {
    begin.close();
    layers.forEach(Subgraph::close);
    deep.ifPresent(Subgraph::close);
    end.close();
  }
}
