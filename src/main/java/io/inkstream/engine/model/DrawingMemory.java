package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.estimate.MemoryModel;
import io.inkstream.engine.estimate.MemoryModel.Emulated;
import io.inkstream.engine.estimate.MemoryModel.OnDevice;
import io.inkstream.engine.estimate.MemoryModel.OnProcessor;
import io.inkstream.engine.estimate.MemoryModel.Sizes;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;

/// The memory that drawing takes of a snapshot's networks.
public record DrawingMemory(QwenImageSnapshot snapshot) {
  private static final int STEPS = 50;
  private static final int USUAL_SIDE = 1024;

  /// What a device's loads take.
  ///
  /// @param element in which it computes
  MemoryModel of(Device device, DType element) {
    return switch (device.kind()) {
      case CPU, OPENVINO, TENSORRT, COREML -> onProcessor();
      case EMULATED -> new Emulated(onProcessor(), onDevice(element));
      case CUDA, MIGRAPHX -> onDevice(element);
    };
  }

  public OnProcessor onProcessor() {
    return onProcessor(0);
  }

  /// @param widened bytes of weights that are widened while it draws
  OnProcessor onProcessor(long widened) {
    return new OnProcessor(sizes(), widened);
  }

  OnDevice onDevice(DType element) {
    return new OnDevice(sizes(), element);
  }

  /// A picture of the usual size, for which room stays free.
  Load usual() {
    return picture(USUAL_SIDE);
  }

  /// One square picture of so many pixels a side, for facts and plans.
  public Load picture(int side) {
    int scale = snapshot.vaeConfig().spatialScale();
    int patch = snapshot.transformerConfig().patchSize();
    return Load.ofOnePicture(LatentSize.ofPixels(side, side, scale, patch), STEPS);
  }

  private Sizes sizes() {
    var transformer = snapshot.transformerConfig();
    int width = transformer.innerDim();
    int blocks = transformer.numLayers();
    int channels = transformer.inChannels();
    int text = snapshot.textEncoderConfig().hiddenSize();
    int vae = snapshot.vaeConfig().decoderBaseDim();
    return switch (snapshot.generation()) {
      case QWEN_IMAGE -> new Sizes(width, blocks, channels, text, vae);
      case QWEN_IMAGE_21 -> Sizes.singleStream(width, blocks, channels, text, vae);
    };
  }
}
