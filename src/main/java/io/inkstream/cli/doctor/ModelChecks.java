package io.inkstream.cli.doctor;

import io.inkstream.engine.description.ModelSummary;
import io.inkstream.engine.description.ModelSummary.Fact;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.hub.Wanted;
import io.inkstream.engine.model.AdapterSettings.Start;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.Linears;
import io.inkstream.engine.weights.LoraFile;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.server.config.EngineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Looks at what a server would load, and at what it would run it with. Every header is read, no
/// weight.
///
/// @param missing what it would fetch from the Hub before
/// @param driver NVIDIA's, `/proc/driver/nvidia/version`
record ModelChecks(EngineSettings engine, List<Wanted> missing, Path driver) {
  List<Finding> findings() {
    List<Finding> all = new ArrayList<>();
    driverFound().ifPresent(all::add);
    all.add(runtime());
    if (missing.isEmpty()) {
      addModel(all);
    } else {
      all.add(
          Finding.warning(
              "model",
              names() + " is not here, or not all of it",
              "'inkstream pull' fetches it; 'serve' does it before it is ready"));
    }
    return all;
  }

  private String names() {
    return missing.stream().map(Wanted::repository).distinct().collect(Collectors.joining(", "));
  }

  /// NVIDIA's, where it says who it is.
  private Optional<Finding> driverFound() {
    try (Stream<String> lines = Files.lines(driver)) {
      return lines
          .filter(line -> line.startsWith("NVRM version:"))
          .map(line -> line.substring("NVRM version:".length()).strip().replaceAll(" +", " "))
          .map(version -> Finding.ok("driver", version))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // none, or of a system that tells it elsewhere
    }
  }

  private Finding runtime() {
    var device = engine.runtime().device();
    try {
      var runtime = OnnxRuntime.start(engine.runtime());
      String found = "ONNX Runtime %s on %s".formatted(runtime.version(), device);
      return device.kind() == Device.Kind.CPU && Files.exists(driver)
          ? Finding.warning(
              "device", found, "there is an NVIDIA driver: --device cuda draws much faster")
          : Finding.ok("device", found);
    } catch (EngineException e) {
      return Finding.fault(
          "device", String.valueOf(e.getMessage()), "docs/card.md says what it needs");
    }
  }

  private void addModel(List<Finding> all) {
    try {
      var snapshot = engine.model().open();
      var summary = ModelSummary.of(snapshot);
      all.add(
          Finding.ok(
              "model",
              "%s, %s, %d files of weights"
                  .formatted(engine.model().name(), snapshot.pipelineClass(), files(snapshot))));
      all.add(memory(summary));
      engine.adapters().atStart().forEach(one -> all.add(adapter(one, snapshot)));
    } catch (SnapshotException e) {
      all.add(
          Finding.fault(
              "model", String.valueOf(e.getMessage()), "or name another with --model-path"));
    }
  }

  private static long files(QwenImageSnapshot snapshot) {
    return List.of(snapshot.transformer(), snapshot.textEncoder(), snapshot.vae()).stream()
        .flatMap(part -> part.tensors().values().stream())
        .map(tensor -> tensor.file())
        .distinct()
        .count();
  }

  private Finding memory(ModelSummary summary) {
    OptionalLong free = SystemMemory.available();
    long needed = fact(summary, "fast_bytes");
    boolean widened = engine.precision().equals(Precision.FAST) && engine.quantization().isEmpty();
    String weights = Amounts.bytes(needed) + " of weights in float32";
    if (!widened || free.isEmpty()) {
      return Finding.ok("memory", "weights as " + engine.precision());
    }
    return free.getAsLong() < needed
        ? Finding.fault(
            "memory",
            weights + ", and " + Amounts.bytes(free.getAsLong()) + " free",
            "--weights low-memory or --quantization int8 take less")
        : Finding.ok("memory", weights + ", " + Amounts.bytes(free.getAsLong()) + " free");
  }

  private static long fact(ModelSummary summary, String key) {
    return summary.sections().stream()
        .flatMap(section -> section.facts().stream())
        .filter(fact -> fact.key().equals(key))
        .map(Fact::value)
        .mapToLong(value -> ((Number) value).longValue())
        .sum();
  }

  private static Finding adapter(Start adapter, QwenImageSnapshot snapshot) {
    String what = "adapter " + adapter.name();
    try {
      Path path = DefaultModel.resolve("lora", adapter.path());
      LoraFile file = LoraFile.open(path, Linears.of(snapshot.transformer()));
      return Finding.ok(what, file.file().toString());
    } catch (SnapshotException e) {
      return Finding.fault(what, String.valueOf(e.getMessage()), "mend or leave out --lora-path");
    }
  }
}
