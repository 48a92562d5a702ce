package io.inkstream.cli.doctor;

import io.inkstream.engine.device.Amount;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.hub.Wanted;
import io.inkstream.engine.model.AdapterSettings.Start;
import io.inkstream.engine.model.DevicePlan;
import io.inkstream.engine.model.HostPlan;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
      var runtimes = replicas().map(Runtimes::all).flatMap(List::stream).toList();
      String found =
          "ONNX Runtime %s on %s"
              .formatted(
                  runtimes.getFirst().version(),
                  runtimes.stream().map(ModelChecks::card).collect(Collectors.joining("; ")));
      return device.kind() == Device.Kind.CPU && Files.exists(driver)
          ? Finding.warning(
              "device", found, "there is an NVIDIA driver: --device cuda draws much faster")
          : Finding.ok("device", found);
    } catch (EngineException e) {
      return Finding.fault(
          "device", String.valueOf(e.getMessage()), document(device) + " says what it needs");
    }
  }

  /// The devices of each model that draws.
  private Stream<Runtimes> replicas() {
    return IntStream.range(0, engine.cards().parallelism().replicas()).mapToObj(engine::devices);
  }

  private static String document(Device device) {
    return switch (device.kind()) {
      case CPU, CUDA, EMULATED -> "docs/card.md";
      case OPENVINO, MIGRAPHX, TENSORRT, COREML -> "docs/providers.md";
    };
  }

  private static String card(OnnxRuntime runtime) {
    return runtime.device()
        + runtime
            .onDevice()
            .map(card -> ": %s, %s to use".formatted(card.name(), Amount.bytes(card.budget())))
            .orElse("");
  }

  private void addModel(List<Finding> all) {
    try {
      var snapshot = engine.model().open();
      all.add(
          Finding.ok(
              "model",
              "%s, %s, %d files of weights"
                  .formatted(engine.model().name(), snapshot.pipelineClass(), files(snapshot))));
      all.add(memory(snapshot));
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

  private Finding memory(QwenImageSnapshot snapshot) {
    if (engine.quantization().isPresent()) {
      return Finding.ok("memory", "weights as " + engine.quantization().get().type());
    }
    return switch (engine.precision()) {
      case Precision.Packed _, Precision.Mapped _ -> ofProcessor(snapshot);
      case Precision.OnDevice(DType element, _) -> ofDevice(snapshot, element);
    };
  }

  private Finding ofProcessor(QwenImageSnapshot snapshot) {
    long needed = HostPlan.of(snapshot, engine.precision(), engine.residency()).bytes();
    long free = SystemMemory.available().orElse(Long.MAX_VALUE);
    String weights =
        "%s of weights in memory, %s free".formatted(Amount.bytes(needed), Amount.bytes(free));
    return free < needed
        ? Finding.fault("memory", weights, "--weights low-memory or --quantization int8 take less")
        : Finding.ok("memory", weights);
  }

  private Finding ofDevice(QwenImageSnapshot snapshot, DType element) {
    try {
      var plans = replicas().map(devices -> plan(snapshot, element, devices)).toList();
      return Finding.ok(
          "memory",
          plans.stream().map(plan -> told(plan, snapshot)).collect(Collectors.joining("; ")));
    } catch (EngineException e) {
      return Finding.fault(
          "memory", String.valueOf(e.getMessage()), "docs/card.md says what stays on a card");
    }
  }

  private DevicePlan plan(QwenImageSnapshot snapshot, DType element, Runtimes runtimes) {
    var devices = runtimes.all().stream().map(one -> one.onDevice().orElseThrow()).toList();
    return DevicePlan.of(
        snapshot,
        element,
        engine.residency(),
        engine.cards().textEncoder(),
        runtimes.parallelism(),
        devices);
  }

  private String told(DevicePlan plan, QwenImageSnapshot snapshot) {
    int cards = plan.cards().size();
    int lanes = cards / engine.cards().parallelism().stages();
    return "%s of the %s, %d of %d blocks stay%s"
        .formatted(
            Amount.bytes(plan.bytes()),
            cards == 1 ? "device" : cards + " devices",
            plan.residentBlocks(),
            lanes * snapshot.transformerConfig().numLayers(),
            plan.textEncoderResident() ? " and the text encoder" : "");
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
