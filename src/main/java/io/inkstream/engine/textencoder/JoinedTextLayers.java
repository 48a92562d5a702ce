package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The layers of a text encoder as one graph, described at `graph.TextEncoderGraph`.
///
/// @param deep layers that the model's eyes add to
public record JoinedTextLayers(Subgraph graph, int deep) implements TextLayers {
  @Override
  public void run(
      Tensor embeds,
      List<Tensor> deep,
      Tensor cos,
      Tensor sin,
      Tensor hidden,
      CancellationSignal signal) {
    if (deep.size() == this.deep) {
      runAll(embeds, deep, cos, sin, hidden, signal);
      return;
    }
    try (var nothing = Tensor.zeros(embeds.shape().dims())) {
      runAll(embeds, Collections.nCopies(this.deep, nothing), cos, sin, hidden, signal);
    }
  }

  private void runAll(
      Tensor embeds,
      List<Tensor> deep,
      Tensor cos,
      Tensor sin,
      Tensor hidden,
      CancellationSignal signal) {
    Map<String, Tensor> inputs =
        new HashMap<>(Map.of("inputs_embeds", embeds, "cos", cos, "sin", sin));
    for (int layer = 0; layer < deep.size(); layer++) {
      inputs.put("deep_" + layer, deep.get(layer));
    }
    graph.run(inputs, Map.of("last_hidden_state", hidden), signal);
  }

  @Override
  public void close() {
    graph.close();
  }
}
