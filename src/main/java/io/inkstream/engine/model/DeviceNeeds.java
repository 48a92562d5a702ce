package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.LatentSize;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.TensorEntry;
import java.util.List;

/// The bytes that a snapshot takes on a device, for a picture of the usual size.
///
/// @param element in which transformer and text encoder compute there
record DeviceNeeds(QwenImageSnapshot snapshot, DType element) {
  private static final int SIDE = 1024;
  private static final int STEPS = 50;
  // The device's own, measured on an H100: its context, its libraries and what they load.
  private static final long CONTEXT = 2L << 30;

  /// @param block bytes of a block's weights
  /// @param modulation bytes of the weights of a block's modulations
  /// @param textLayer bytes of the weights of a layer of the text encoder
  DevicePlan.Needs needs(long block, long modulation, long textLayer) {
    int blocks = snapshot.transformerConfig().numLayers();
    return new DevicePlan.Needs(
        blocks,
        block,
        snapshot.textEncoderConfig().numHiddenLayers(),
        textLayer,
        rest() + DeviceRuntime.turns() * modulation,
        working());
  }

  private long rest() {
    long ends =
        snapshot.transformer().tensors().values().stream()
            .filter(DeviceNeeds::isAtAnEnd)
            .mapToLong(tensor -> tensor.shape().elements() * element.bytes())
            .sum();
    var vae = snapshot.vae();
    long decoder =
        vae.tensors().values().stream()
            .filter(tensor -> tensor.name().startsWith("decoder."))
            .mapToLong(MemoryFacts::used)
            .sum();
    return CONTEXT + ends + Float.BYTES * decoder;
  }

  private static boolean isAtAnEnd(TensorEntry tensor) {
    return !tensor.name().startsWith("transformer_blocks.")
        && !tensor.name().startsWith("time_text_embed.")
        && !tensor.name().startsWith("norm_out.");
  }

  private long working() {
    var transformer = snapshot.transformerConfig();
    var vae = snapshot.vaeConfig();
    var request =
        new GenerationRequest(List.of(""), List.of(), SIDE, SIDE, STEPS, 1, List.of(0L), 1, 1);
    var size = LatentSize.ofPixels(SIDE, SIDE, vae.spatialScale(), transformer.patchSize());
    return new DrawingMemory(snapshot).onDevice(element).bytes(size, request);
  }
}
