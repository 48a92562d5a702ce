package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Layers of a text encoder in one place, the host's memory or a device's.
///
/// @param layers `h, cos, sin` → `h_out`
/// @param deep `h, deep` → `h_out`, for layers that a model's eyes add to; empty if there are none
/// @param streams where what they add up lies
/// @param tables where the angles lie
public record TextStage(
    List<Subgraph> layers, Optional<Subgraph> deep, TensorSpace streams, TensorSpace tables)
    implements AutoCloseable {
  public TextStage {
    layers = List.copyOf(layers);
  }

  /// The tensors of one prompt there.
  ///
  /// @param first where the stream comes in
  record Buffers(Tensor first, Tensor second, Tensor cos, Tensor sin) implements AutoCloseable {
    @Override
    public void close() {
      first.close();
      second.close();
      cos.close();
      sin.close();
    }
  }

  Buffers buffers(long[] rows, long[] angles) {
    List<Tensor> made = new ArrayList<>();
    try {
      for (TensorSpace space : List.of(streams, streams, tables, tables)) {
        made.add(space.zeros(made.size() < 2 ? rows : angles));
      }
      return new Buffers(made.get(0), made.get(1), made.get(2), made.get(3));
    } catch (RuntimeException e) {
      made.forEach(Tensor::close);
      throw e;
    }
  }

  /// The same with what another stage has made.
  ///
  /// @param h its stream
  Buffers pulled(TextStage before, Buffers there, Tensor h) {
    var here = buffers(h.shape().dims(), there.cos().shape().dims());
    try {
      streams.pull(here.first(), before.streams(), h);
      tables.pull(here.cos(), before.tables(), there.cos());
      tables.pull(here.sin(), before.tables(), there.sin());
      return here;
    } catch (RuntimeException e) {
      here.close();
      throw e;
    }
  }

  /// Runs its layers.
  ///
  /// @param added to the results of the first of them
  /// @return the buffer that the result is in
  Tensor run(Buffers buffers, List<Tensor> added, CancellationSignal signal) {
    Tensor h = buffers.first();
    for (int layer = 0; layer < layers.size(); layer++) {
      var inputs = Map.of("h", h, "cos", buffers.cos(), "sin", buffers.sin());
      h = step(layers.get(layer), inputs, other(buffers, h), signal);
      if (layer < added.size()) {
        var more = Map.of("h", h, "deep", added.get(layer));
        h = step(deep.orElseThrow(), more, other(buffers, h), signal);
      }
    }
    return h;
  }

  private static Tensor other(Buffers buffers, Tensor one) {
    return one == buffers.first() ? buffers.second() : buffers.first();
  }

  private static Tensor step(
      Subgraph graph, Map<String, Tensor> inputs, Tensor out, CancellationSignal signal) {
    graph.run(inputs, Map.of("h_out", out), signal);
    return out;
  }

  @Override
  public void close() {
    layers.forEach(Subgraph::close);
    deep.ifPresent(Subgraph::close);
  }
}
