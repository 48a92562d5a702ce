package io.inkstream.engine.model;

import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.estimate.MemoryBudget;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.transformer.TransformerParts;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A snapshot's networks, ready to run, wherever they are. Whoever has them closes them, or the
/// parts.
///
/// @param decoder of the VAE
/// @param encoder of the VAE, if it has one
/// @param vision the text encoder's eyes, of a model that edits pictures
/// @param lanes the transformer, on each device that runs a part of a forward
/// @param budget of the memory beside the weights
record Networks(
    TextLayers textLayers,
    Subgraph decoder,
    Optional<Subgraph> encoder,
    Optional<Subgraph> vision,
    List<TransformerParts> lanes,
    MemoryBudget budget)
    implements AutoCloseable {
  /// Makes all of them, or none.
  ///
  /// @param textCards devices that the text encoder is placed on at least
  /// @param asked which parts stay where they run
  /// @param adapters where they are, if any may act
  /// @param planned is told the plan before anything is loaded
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses a graph, or the
  ///   device is too small
  /// @throws IllegalArgumentException if the runtime's device does not compute in that precision,
  ///   or the model's heads cannot be shared out
  static Networks load(
      QwenImageSnapshot snapshot,
      Runtimes runtimes,
      int textCards,
      Precision precision,
      Residency asked,
      Optional<AdapterFiles> adapters,
      Consumer<Placement> planned) {
    OnnxRuntime runtime = runtimes.first();
    return switch (precision) {
      case Precision.Packed _, Precision.Mapped _ -> {
        if (runtime.onDevice().isPresent()) {
          throw refused(precision, runtime, "one of a device");
        }
        yield HostLoader.load(snapshot, runtime, precision, asked, adapters, planned);
      }
      case Precision.OnDevice onDevice -> {
        String allowed = "one of " + Precision.onProcessor();
        var devices =
            runtimes.all().stream()
                .map(one -> one.onDevice().orElseThrow(() -> refused(precision, one, allowed)))
                .toList();
        var parallelism = runtimes.parallelism();
        requireShares(snapshot.transformerConfig().numAttentionHeads(), parallelism);
        yield DeviceLoader.load(
            snapshot, devices, parallelism, textCards, onDevice, asked, adapters, planned);
      }
    };
  }

  private static void requireShares(int heads, Parallelism parallelism) {
    int slices = parallelism.slices();
    if (slices > 1 && parallelism.stages() > 1) {
      throw new DeviceException(
          "ulysses-degree is %d, must be 1 where layers are on several cards".formatted(slices));
    }
    if (heads % slices != 0) {
      throw new DeviceException(
          "ulysses-degree is %d, must divide the model's %d heads".formatted(slices, heads));
    }
  }

  private static IllegalArgumentException refused(
      Precision precision, OnnxRuntime runtime, String allowed) {
    return new IllegalArgumentException(
        "precision is %s, must be %s on %s".formatted(precision, allowed, runtime.device()));
  }

  @Override
  public void close() {
    textLayers.close();
    decoder.close();
    encoder.ifPresent(Subgraph::close);
    vision.ifPresent(Subgraph::close);
    lanes.forEach(TransformerParts::close);
  }
}
