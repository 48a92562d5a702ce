package io.inkstream.engine.model;

import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Precision.OnDevice;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.transformer.TransformerParts;

/// A snapshot's networks, ready to run, wherever they are. Whoever has them closes the parts.
///
/// @param deviceRoom bytes of a device beside the weights that lie there; 0 on the processor
record Networks(
    TextLayers textLayers, Subgraph decoder, TransformerParts transformer, long deviceRoom) {
  /// Makes all of them, or none.
  ///
  /// @throws io.inkstream.engine.runtime.EngineException if ONNX Runtime refuses a graph, or the
  ///   device is too small
  static Networks load(QwenImageSnapshot snapshot, OnnxRuntime runtime, Precision precision) {
    return switch (precision) {
      case Precision.Packed _, Precision.Mapped _ -> HostLoader.load(snapshot, runtime, precision);
      case OnDevice onDevice ->
          DeviceLoader.load(snapshot, runtime.onDevice().orElseThrow(), onDevice);
    };
  }
}
