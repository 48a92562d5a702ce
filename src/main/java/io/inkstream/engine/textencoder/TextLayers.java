package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// The layers of a text encoder and its final norm, as one graph or as many.
public interface TextLayers extends AutoCloseable {
  /// Runs them all.
  ///
  /// @param embeds `[tokens, hidden]`
  /// @param cos of the rotation, `[tokens, h]`, h being half a head's width
  /// @param sin likewise
  /// @param hidden the result, `[tokens, hidden]`
  /// @throws io.inkstream.engine.runtime.CancelledException if `signal` is given before the end
  void run(Tensor embeds, Tensor cos, Tensor sin, Tensor hidden, CancellationSignal signal);

  @Override
  void close();

  /// As one graph, described at `graph.TextEncoderGraph`.
  static TextLayers of(Subgraph graph) {
    return new TextLayers() {
      @Override
      public void run(
          Tensor embeds, Tensor cos, Tensor sin, Tensor hidden, CancellationSignal signal) {
        graph.run(
            Map.of("inputs_embeds", embeds, "cos", cos, "sin", sin),
            Map.of("last_hidden_state", hidden),
            signal);
      }

      @Override
      public void close() {
        graph.close();
      }
    };
  }
}
