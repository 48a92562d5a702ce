package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// The layers of a text encoder and its final norm, as one graph or as many.
public interface TextLayers extends AutoCloseable {
  /// Runs them all.
  ///
  /// @param embeds `[tokens, hidden]`
  /// @param deep what is added to the results of the first layers, the first one's first, `[tokens,
  ///   hidden]` each; none: nothing
  /// @param cos of the rotation, `[tokens, h]`, h being half a head's width
  /// @param sin likewise
  /// @param hidden the result, `[tokens, hidden]`
  /// @throws io.inkstream.engine.runtime.CancelledException if `signal` is given before the end
  void run(
      Tensor embeds,
      List<Tensor> deep,
      Tensor cos,
      Tensor sin,
      Tensor hidden,
      CancellationSignal signal);

  @Override
  void close();
}
