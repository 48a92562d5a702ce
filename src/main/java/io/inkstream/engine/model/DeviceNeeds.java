package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.snapshot.RunWeights;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.WeightReader;

/// The bytes that a model takes on a device.
///
/// @param blocks of the transformer
/// @param block the weights of one of them
/// @param textLayers of the text encoder
/// @param textLayer the weights of one of them
/// @param vision the weights of its eyes; 0 if it has none
/// @param vae those of the VAE
/// @param rest whatever else must be there beside the working memory
/// @param working the memory that a picture of the usual size takes
record DeviceNeeds(
    int blocks,
    long block,
    int textLayers,
    long textLayer,
    long vision,
    long vae,
    long rest,
    long working) {
  // The device's own, measured on an H100: its context, its libraries and what they load.
  private static final long CONTEXT = 2L << 30;

  /// Those of a snapshot.
  ///
  /// @param element in which transformer and text encoder compute there
  /// @param kind of the device
  static DeviceNeeds of(QwenImageSnapshot snapshot, DType element, Device.Kind kind) {
    var graphs = snapshot.transformerGraphs(element);
    long modulation = graphs.modulationInTurn().map(DeviceNeeds::bytes).orElse(0L);
    var memory = new DrawingMemory(snapshot);
    return new DeviceNeeds(
        snapshot.transformerConfig().numLayers(),
        bytes(graphs.boundBlock(0)),
        snapshot.textEncoderConfig().numHiddenLayers(),
        bytes(snapshot.textEncoderGraphs(element).boundLayer(0)),
        vision(snapshot, element),
        vae(snapshot),
        ends(snapshot, element)
            + context(kind)
            + DeviceRuntime.turns() * modulation
            + widening(snapshot, element),
        memory.onDevice(element).of(memory.usual()).device());
  }

  /// Bytes with so many blocks that stay, working memory included.
  ///
  /// @param text whether the text encoder's layers stay; what does not stay takes turns
  long bytes(boolean text, int residentBlocks) {
    int turns = DeviceRuntime.turns();
    long layers = text ? textLayers : turns;
    long slots = residentBlocks == blocks ? blocks : residentBlocks + turns;
    return rest + vision + vae + working + layers * textLayer + slots * block;
  }

  /// What a device needs that runs the transformer alone.
  DeviceNeeds ofTransformer() {
    return new DeviceNeeds(blocks, block, 0, 0, 0, 0, rest, working);
  }

  private static long context(Device.Kind kind) {
    return switch (kind) {
      case CUDA -> CONTEXT;
      case CPU, OPENVINO, MIGRAPHX, TENSORRT, COREML, EMULATED -> 0;
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
