package io.inkstream.model;

import io.inkstream.pipeline.HostMemoryEstimate;
import io.inkstream.pipeline.HostTextEncoder;
import io.inkstream.pipeline.MemoryEstimate;
import io.inkstream.pipeline.RequestMemory;
import io.inkstream.runtime.Device;
import java.util.Optional;

/// The memory that requests take of a snapshot's networks.
record DrawingMemory(QwenImageSnapshot snapshot) {
  /// All of it, wherever it is.
  MemoryEstimate whole() {
    var config = snapshot.transformerConfig();
    return new MemoryEstimate(
        config.innerDim(), config.numLayers(), snapshot.vaeConfig().baseDim());
  }

  /// That of the host.
  ///
  /// @param device what runs the networks
  /// @param textEncoderOnDevice whether it runs the text encoder too
  RequestMemory ofHost(Device device, boolean textEncoderOnDevice) {
    return switch (device) {
      // The emulated device's memory is the host's, too.
      case CPU, EMULATED -> whole();
      case CUDA -> beside(textEncoderOnDevice);
    };
  }

  private HostMemoryEstimate beside(boolean textEncoderOnDevice) {
    var transformer = snapshot.transformerConfig();
    var text = snapshot.textEncoderConfig();
    var encoder =
        new HostTextEncoder(text.hiddenSize(), text.intermediateSize(), text.numAttentionHeads());
    return new HostMemoryEstimate(
        transformer.innerDim(),
        transformer.inChannels(),
        text.hiddenSize(),
        textEncoderOnDevice ? Optional.empty() : Optional.of(encoder));
  }
}
