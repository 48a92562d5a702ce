package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.estimate.DeviceDuty;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.snapshot.RunWeights;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.WeightReader;
import java.util.function.ToLongFunction;

/// The bytes that a model takes on a device.
///
/// @param blocks of the transformer
/// @param block the weights of one of them
/// @param textLayers of the text encoder
/// @param textLayer the weights of one of them
/// @param vision the weights of its eyes; 0 if it has none
/// @param vae those of the VAE
/// @param context of the device's own, whatever runs there
/// @param rest whatever else must be there beside blocks and working memory
/// @param drawing the memory that a picture of the usual size takes, by what of it runs there
record DeviceNeeds(
    int blocks,
    long block,
    int textLayers,
    long textLayer,
    long vision,
    long vae,
    long context,
    long rest,
    ToLongFunction<DeviceDuty> drawing) {
  // The device's own, measured on an H100: its context, its libraries and what they load. No card
  // of AMD's has been measured.
  private static final long CONTEXT = 2L << 30;

  /// Those of a snapshot.
  ///
  /// @param element in which transformer and text encoder compute there
  /// @param kind of the device
  static DeviceNeeds of(QwenImageSnapshot snapshot, DType element, Device.Kind kind) {
    var graphs = snapshot.transformerGraphs(element);
    long modulation = graphs.modulationInTurn().map(DeviceNeeds::bytes).orElse(0L);
    var memory = new DrawingMemory(snapshot);
    var model = memory.onDevice(element);
    var usual = memory.usual();
    return new DeviceNeeds(
        snapshot.transformerConfig().numLayers(),
        bytes(graphs.boundBlock(0)),
        snapshot.textEncoderConfig().numHiddenLayers(),
        bytes(snapshot.textEncoderGraphs(element).boundLayer(0)),
        vision(snapshot, element),
        vae(snapshot),
        context(kind),
        ends(snapshot, element) + DeviceRuntime.turns() * modulation + widening(snapshot, element),
        duty -> model.device(usual, duty));
  }

  /// Bytes of a device, working memory included.
  ///
  /// @param duty what runs there
  /// @param textSlots layers of the text encoder that have a place there at a time
  /// @param blockSlots the same of the transformer's blocks
  long bytes(DeviceDuty duty, int textSlots, int blockSlots) {
    return context
        + (duty.blocks() > 0 ? rest : 0)
        + (duty.decodes() ? vision + vae : 0)
        + working(duty)
        + textSlots * textLayer
        + blockSlots * block;
  }

  /// Bytes that a picture of the usual size takes of a device.
  long working(DeviceDuty duty) {
    return drawing.applyAsLong(duty);
  }

  private static long context(Device.Kind kind) {
    return switch (kind) {
      case CUDA, MIGRAPHX -> CONTEXT;
      case CPU, OPENVINO, TENSORRT, COREML, EMULATED -> 0;
    };
  }

  private static long bytes(BoundBlock block) {
    return DeviceRuntime.blockBytes(WidenedWeight.all(new WeightReader(), block.weights()));
  }

  private static long ends(QwenImageSnapshot snapshot, DType element) {
    return new RunWeights(snapshot)
        .transformer()
        .filter(RunWeights::areAtAnEnd)
        .mapToLong(tensor -> tensor.shape().elements() * element.bytes())
        .sum();
  }

  /// Bytes of the VAE.
  static long vae(QwenImageSnapshot snapshot) {
    return new RunWeights(snapshot)
        .vae()
        .mapToLong(tensor -> Float.BYTES * RunWeights.used(tensor))
        .sum();
  }

  /// Bytes of a model's eyes; 0 if it has none.
  static long vision(QwenImageSnapshot snapshot, DType element) {
    return new RunWeights(snapshot)
        .imageEncoder()
        .mapToLong(tensor -> tensor.shape().elements() * element.bytes())
        .sum();
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
}
