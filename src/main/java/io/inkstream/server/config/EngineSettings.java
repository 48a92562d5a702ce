package io.inkstream.server.config;

import static io.inkstream.server.config.EngineEntries.*;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.model.AdapterSettings;
import io.inkstream.engine.model.Cards;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PlannedCards;
import io.inkstream.engine.model.Residency;
import io.inkstream.engine.quantization.QuantizationSettings;
import io.inkstream.engine.runtime.DeviceSettings;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Precision.OnDevice;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// Which model to load and how to run it, checked.
///
/// @param precision of the device that runs the model
/// @param adapters that act or may act
/// @param quantization what weights are kept in; empty: in what their files have
/// @param residency which parts of the model stay where it runs
/// @param cards how many there are, and how they share the work
public record EngineSettings(
    ModelChoice model,
    Precision precision,
    RuntimeSettings runtime,
    AdapterSettings adapters,
    Optional<QuantizationSettings> quantization,
    Residency residency,
    Cards cards) {
  private static final String ATTENTION_KERNEL = "sdpa_kernel";
  private static final String ONE_CARD =
      "auto or bf16 on several cards: in fp32 ONNX Runtime's attention runs on one alone, unless"
          + " provider-options has sdpa_kernel=16";

  /// Without adapters, with the weights that the files have.
  public EngineSettings(ModelChoice model, Precision precision, RuntimeSettings runtime) {
    this(
        model,
        precision,
        runtime,
        AdapterSettings.NONE,
        Optional.empty(),
        Residency.AUTO,
        Cards.ONE);
  }

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  /// @throws io.inkstream.engine.weights.SnapshotException if no model is named and the pocket
  ///   model is missing
  public static EngineSettings from(SettingValues values) {
    var device = device(values);
    var cards = CardSettings.from(values, device.device());
    var precision = precision(values, device.device());
    requireAttention(values, device, precision, cards);
    return new EngineSettings(
        ModelChoice.from(values),
        precision,
        new RuntimeSettings(values.get(THREADS), values.get(SPINNING), device),
        AdapterSources.from(values),
        quantization(values),
        ResidencySettings.from(values, device.device(), cards.parallelism()),
        cards);
  }

  /// The same for a command that draws one request after the other.
  ///
  /// @throws SettingException also if there are to be replicas
  public static EngineSettings withoutReplicas(SettingValues values) {
    var engine = from(values);
    if (engine.dpSize() > 1) {
      throw values.refused(CardEntries.DP_SIZE, "1 here: only a server has replicas");
    }
    return engine;
  }

  private static Optional<QuantizationSettings> quantization(SettingValues values) {
    long mostBytes = values.get(QUANTIZATION_CACHE);
    return values.find(QUANTIZATION).map(type -> QuantizationSettings.of(type, mostBytes));
  }

  /// What to load.
  ///
  /// @param forecastTable a file of forecast tables beside the model's own
  /// @throws io.inkstream.engine.weights.SnapshotException if there is no such model
  public ModelSettings toLoad(Optional<Path> forecastTable) {
    return new ModelSettings(
        model.files(), precision, forecastTable, adapters, quantization, residency, cards);
  }

  /// The cards of a replica, to plan for before any is started; empty where no device has memory of
  /// its own. One of which no setting says how much may be used is as large as can be.
  public Optional<PlannedCards> plannedCards() {
    if (device().kind().takesHostTensors()) {
      return Optional.empty();
    }
    long budget = runtime.deviceSettings().memory().orElse(Long.MAX_VALUE);
    return Optional.of(new PlannedCards(device(), precision.element(), residency, cards, budget));
  }

  /// Starts the devices of a replica.
  ///
  /// @throws io.inkstream.engine.device.EngineException if one does not start
  public Runtimes devices(int replica) {
    return Runtimes.start(runtime, cards.parallelism(), replica);
  }

  /// Those that draw where there is but one replica.
  ///
  /// @throws io.inkstream.engine.device.EngineException if one does not start
  public Runtimes devices() {
    return devices(0);
  }

  private static DeviceSettings device(SettingValues values) {
    Optional<Long> memory = values.find(DEVICE_MEMORY);
    return new DeviceSettings(
        values.get(DEVICE),
        memory.map(OptionalLong::of).orElse(OptionalLong.empty()),
        values.get(DETERMINISTIC),
        values.get(FUSED_KERNELS),
        values.find(ONNXRUNTIME_LIBRARY),
        values.get(PROVIDER_OPTIONS),
        inside(values));
  }

  private static Precision precision(SettingValues values, Device device) {
    Precision onProcessor = values.get(WEIGHTS);
    DType element = element(values, device);
    boolean rounds = values.get(TF32);
    return switch (device.kind()) {
      case CPU, OPENVINO, TENSORRT, COREML -> onProcessor;
      case CUDA, MIGRAPHX, EMULATED -> {
        if (onProcessor == Precision.LOW_MEMORY) {
          throw values.refused(
              WEIGHTS,
              "fast on %s, whose memory has a limit of its own, %s"
                  .formatted(device, DEVICE_MEMORY.variable()));
        }
        yield new OnDevice(roundsInside(device.kind()) ? DType.F32 : element, rounds);
      }
    };
  }

  /// ONNX Runtime's attention in float32 runs on one card of a process, unless it is told which
  /// kernel to take (docs/design/several-cards.md).
  private static void requireAttention(
      SettingValues values, DeviceSettings device, Precision precision, Cards cards) {
    boolean several = device.device().kind() == Device.Kind.CUDA && cards.parallelism().cards() > 1;
    boolean told = device.options().containsKey(ATTENTION_KERNEL);
    if (several && precision.element() == DType.F32 && !told) {
      throw values.refused(DTYPE, ONE_CARD);
    }
  }

  private static DType element(SettingValues values, Device device) {
    DType element = values.get(DTYPE).orElse(DeviceSettings.element(device));
    if (element == DType.BF16 && !knowsBf16(device.kind())) {
      throw values.refused(DTYPE, "auto or fp32 on " + device + ", whose kernels know no bf16");
    }
    return element;
  }

  private static boolean knowsBf16(Device.Kind kind) {
    return switch (kind) {
      case CUDA, OPENVINO, MIGRAPHX, TENSORRT -> true;
      case CPU, COREML, EMULATED -> false;
    };
  }

  /// Whether bf16 is what the device computes in between tensors in fp32.
  private static boolean roundsInside(Device.Kind kind) {
    return switch (kind) {
      case CPU, OPENVINO, MIGRAPHX, TENSORRT, COREML -> true;
      case CUDA, EMULATED -> false;
    };
  }

  private static DType inside(SettingValues values) {
    Device device = values.get(DEVICE);
    return roundsInside(device.kind()) ? element(values, device) : DType.F32;
  }

  /// What the networks compute in.
  public DType element() {
    return roundsInside(device().kind()) ? runtime.deviceSettings().inside() : precision.element();
  }

  /// Cards of all replicas.
  public int numGpus() {
    return switch (device().kind()) {
      case CUDA, MIGRAPHX, TENSORRT, EMULATED -> cards.parallelism().cards();
      case CPU, OPENVINO, COREML -> 0;
    };
  }

  /// What draws, for people: `cuda:1`, `cuda:0 to cuda:3`.
  public String deviceNames() {
    var all = cards.parallelism().devices(device());
    return all.size() == 1
        ? device().toString()
        : all.getFirst().label() + " to " + all.getLast().label();
  }

  /// Replicas.
  public int dpSize() {
    return cards.parallelism().replicas();
  }

  /// Cards of a replica that have layers of the text encoder at least.
  public int tpSize() {
    return cards.textEncoder();
  }

  private Device device() {
    return runtime.device();
  }
}
