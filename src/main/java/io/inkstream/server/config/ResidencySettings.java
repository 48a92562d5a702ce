package io.inkstream.server.config;

import static io.inkstream.server.config.EngineEntries.*;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.model.Residency;
import io.inkstream.engine.model.ResidentLayers;
import io.inkstream.engine.tensor.Precision;
import java.util.Optional;
import java.util.stream.Stream;

/// Which parts of a model stay where it runs, of what settings say of each and of all.
final class ResidencySettings {
  private ResidencySettings() {}

  /// @param parallelism how several cards share the work: where they share layers, what fits on
  ///   them stays
  /// @throws SettingException if two of them contradict each other
  static Residency from(SettingValues values, Device device, Parallelism parallelism) {
    boolean spread = parallelism.stages() > 1;
    var all = spread ? Residency.AUTO : Residency.of(values.get(PERFORMANCE_MODE));
    if (all.vae().equals(Optional.of(true)) && values.get(WEIGHTS) == Precision.LOW_MEMORY) {
      throw values.refused(PERFORMANCE_MODE, "auto, manual or memory where weights are low-memory");
    }
    boolean pinned = values.get(PIN_CPU_MEMORY);
    if (pinned && device.kind().takesHostTensors()) {
      throw values.refused(
          PIN_CPU_MEMORY, "false on " + device + ", where no weights come to a card in turn");
    }
    return new Residency(
        stays(values, TEXT_ENCODER_OFFLOAD).or(all::textEncoder),
        stays(values, IMAGE_ENCODER_OFFLOAD).or(all::imageEncoder),
        stays(values, VAE_OFFLOAD).or(all::vae),
        transformer(values).or(all::transformer),
        pinned);
  }

  private static Optional<Boolean> stays(SettingValues values, Setting<Boolean> offload) {
    return values.find(offload).map(offloaded -> !offloaded);
  }

  private static Optional<ResidentLayers> transformer(SettingValues values) {
    var layers = values.find(DIT_RESIDENT_LAYERS);
    for (var offload : Stream.of(DIT_OFFLOAD, DIT_LAYERWISE_OFFLOAD).toList()) {
      if (layers.isPresent() && values.find(offload).equals(Optional.of(false))) {
        throw values.refused(
            offload, "true where dit-layerwise-resident-layers says how many blocks stay");
      }
    }
    return layers.or(() -> layers(values));
  }

  /// Of two flags that say the same, one that says yes is heard.
  private static Optional<ResidentLayers> layers(SettingValues values) {
    return Stream.of(DIT_OFFLOAD, DIT_LAYERWISE_OFFLOAD)
        .flatMap(offload -> values.find(offload).stream())
        .reduce(Boolean::logicalOr)
        .map(offloaded -> offloaded ? ResidentLayers.NONE : ResidentLayers.ALL);
  }
}
