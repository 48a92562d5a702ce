package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.snapshot.RunWeights;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;

/// The bytes that a model takes on a device.
///
/// @param blocks of the transformer
/// @param block the weights of one of them
/// @param textLayers of the text encoder
/// @param textLayer the weights of one of them
/// @param rest whatever must be there beside the working memory: the other weights
/// @param working the memory that a picture of the usual size takes
record DeviceNeeds(
    int blocks, long block, int textLayers, long textLayer, long rest, long working) {
  // The device's own, measured on an H100: its context, its libraries and what they load.
  private static final long CONTEXT = 2L << 30;

  /// Those of a snapshot.
  ///
  /// @param element in which transformer and text encoder compute there
  /// @param kind of the device
  static DeviceNeeds of(QwenImageSnapshot snapshot, DType element, Device.Kind kind) {
    var graphs = snapshot.transformerGraphs(element);
    long modulation = bytes(graphs.boundModulation(0));
    var memory = new DrawingMemory(snapshot);
    return new DeviceNeeds(
        snapshot.transformerConfig().numLayers(),
        bytes(graphs.boundBlock(0)),
        snapshot.textEncoderConfig().numHiddenLayers(),
        bytes(snapshot.textEncoderGraphs(element).boundLayer(0)),
        otherWeights(snapshot, element)
            + context(kind)
            + DeviceRuntime.turns() * modulation
            + widening(snapshot, element),
        memory.onDevice(element).of(memory.usual()).device());
  }

  private static long context(Device.Kind kind) {
    return switch (kind) {
      case CUDA -> CONTEXT;
      case CPU, EMULATED -> 0;
    };
  }

  private static long bytes(BoundBlock block) {
    return DeviceRuntime.blockBytes(WidenedWeight.all(new WeightReader(), block.weights()));
  }

  private static long otherWeights(QwenImageSnapshot snapshot, DType element) {
    long ends =
        snapshot.transformer().tensors().values().stream()
            .filter(DeviceNeeds::isAtAnEnd)
            .mapToLong(tensor -> tensor.shape().elements() * element.bytes())
            .sum();
    long vae =
        snapshot.vae().tensors().values().stream()
            .filter(tensor -> !tensor.name().contains(".time_conv."))
            .mapToLong(RunWeights::used)
            .sum();
    return ends + Float.BYTES * vae + element.bytes() * vision(snapshot);
  }

  private static long vision(QwenImageSnapshot snapshot) {
    return snapshot.pipelineClass().edits()
        ? snapshot.textEncoder().tensors().values().stream()
            .filter(tensor -> tensor.name().startsWith(RunWeights.VISION))
            .mapToLong(tensor -> tensor.shape().elements())
            .sum()
        : 0;
  }

  /// What the widest layers of both streams take while their numbers are widened: in float32, then
  /// scaled, then in the graph's type.
  private static long widening(QwenImageSnapshot snapshot, DType element) {
    long widest =
        snapshot.transformer().tensors().values().stream()
            .filter(tensor -> tensor.encoding() instanceof Encoding.ScaledRows)
            .mapToLong(tensor -> tensor.shape().elements())
            .max()
            .orElse(0);
    return 2 * widest * (2 * Float.BYTES + element.bytes());
  }

  private static boolean isAtAnEnd(TensorEntry tensor) {
    return !tensor.name().startsWith("transformer_blocks.")
        && !tensor.name().startsWith("time_text_embed.")
        && !tensor.name().startsWith("norm_out.");
  }
}
