package io.inkstream.server.config;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.model.ResidentLayers;
import io.inkstream.engine.quantization.Quantization;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the model runs.
final class EngineEntries {
  static final Group GROUP = new Group("Engine");

  static final Setting<Precision> WEIGHTS =
      GROUP
          .entry("weights", Kind.Choice.of(Precision.onProcessor()))
          .initially("fast")
          .flag()
          .help(
              "`fast`: widened in memory when loaded; `low-memory`: left in their files, slower.");

  static final Setting<Quantization> QUANTIZATION =
      GROUP
          .entry("quantization", Kind.Choice.of(List.of(Quantization.values())))
          .otherwise("what the files have")
          .flag()
          .help(
              "Keep the weights of the layers in `int8`, `fp8` or `int4`, made once and kept in the"
                  + " cache folder: less memory, and on the processor `int8` is the fastest.");

  static final Setting<Long> QUANTIZATION_CACHE =
      GROUP
          .entry("quantization-cache", new Kind.Size())
          .initially("100G")
          .flag()
          .help(
              "What the files of `--quantization` may take in the cache folder together; those that"
                  + " were used least recently go first.");

  static final Setting<Integer> THREADS =
      GROUP
          .entry("threads", new Kind.Whole(0, 1024))
          .initially("0")
          .flag()
          .help("Threads that work on a picture; 0 is one per processor.");

  static final Setting<Boolean> SPINNING =
      GROUP
          .entry("spinning", new Kind.Flag())
          .initially("true")
          .flag()
          .help(
              "Idle threads sleep instead of waiting actively: slower, kinder to other programs.");

  static final Setting<Device> DEVICE =
      GROUP
          .entry("device", new Kind.Foreign<>(Device.NAMES, Device::named))
          .initially("cpu")
          .flag()
          .help(
              "What runs the networks: `cpu`, `cuda`, `openvino`, `migraphx`, `tensorrt`, `coreml`,"
                  + " or `cuda:1` for the second card.");

  static final Setting<Optional<DType>> DTYPE =
      GROUP
          .entry("dtype", new Kind.Choice<>("auto, fp32 or bf16", types()))
          .initially("auto")
          .flag()
          .help(
              "What they compute in: `fp32`, `bf16` (not on cpu and coreml), or `auto`: bf16 on"
                  + " cuda, fp32 elsewhere.");

  static final Setting<Long> DEVICE_MEMORY =
      GROUP
          .entry("device-memory", Kind.Size.atLeast(1 << 20, "a size such as 24G"))
          .otherwise("all that is free")
          .flag()
          .help(
              "How much of the card, of each where there are several, may be used, such as `24G`;"
                  + " weights that do not fit come from the host as they are needed.");

  static final Setting<Optional<Boolean>> PERFORMANCE_MODE =
      GROUP
          .entry("performance-mode", new Kind.Choice<>("auto, manual, speed or memory", modes()))
          .initially("auto")
          .flag("mode")
          .help(
              "`speed`: every part of the model stays in the memory of what runs it, or the program"
                  + " does not start; `memory`: none does, or with `--num-gpus` the layers are"
                  + " shared out to the cards, and what fits on them stays; `auto` and `manual`:"
                  + " what fits. Says what the settings about single parts do not.");

  static final Setting<Boolean> TEXT_ENCODER_OFFLOAD =
      offload("text-encoder", "the text encoder's layers come for each new prompt");

  static final Setting<Boolean> IMAGE_ENCODER_OFFLOAD =
      offload("image-encoder", "an Edit model's image encoder comes for each request");

  static final Setting<Boolean> VAE_OFFLOAD = offload("vae", "the VAE comes for each picture");

  static final Setting<Boolean> DIT_OFFLOAD =
      offload("dit", "the transformer's blocks come at each forward");

  static final Setting<Boolean> DIT_LAYERWISE_OFFLOAD =
      GROUP
          .entry("dit-layerwise-offload", new Kind.Flag())
          .otherwise("what fits")
          .flag()
          .help("The same as `--dit-cpu-offload`: blocks come one by one, ahead of their turn.");

  static final Setting<ResidentLayers> DIT_RESIDENT_LAYERS =
      GROUP
          .entry(
              "dit-layerwise-resident-layers",
              new Kind.Foreign<>(
                  "a number of blocks, or a share of them below 1",
                  text -> new ResidentLayers(Double.parseDouble(text))))
          .otherwise("as many as fit")
          .flag()
          .help("How many of the transformer's blocks stay; the others come at each forward.");

  static final Setting<Boolean> PIN_CPU_MEMORY =
      GROUP
          .entry("pin-cpu-memory", new Kind.Flag())
          .initially("false")
          .flag()
          .help(
              "What comes to a card again and again lies in page-locked memory, from where it comes"
                  + " twice as fast: takes that much of the host's memory.");

  static final Setting<Boolean> TF32 =
      GROUP
          .entry("tf32", new Kind.Flag())
          .initially("true")
          .flag()
          .help("Float32 products on the card do not round their factors: slower, exact.");

  static final Setting<Boolean> DETERMINISTIC =
      GROUP
          .entry("deterministic", new Kind.Flag())
          .initially("false")
          .flag()
          .help("Take only kernels that give the same bits every time.");

  static final Setting<Boolean> FUSED_KERNELS =
      GROUP
          .entry("fused-kernels", new Kind.Flag())
          .initially("true")
          .flag()
          .help(
              "Run a block with ONNX Runtime's own operators alone: slower, and what other tools"
                  + " run.");

  static final Setting<Path> ONNXRUNTIME_LIBRARY =
      GROUP
          .entry("onnxruntime-library", Kind.Place.FOLDER)
          .otherwise("those that come along")
          .flag()
          .help("The folder of ONNX Runtime's libraries for the device.");

  static final Setting<Map<String, String>> PROVIDER_OPTIONS =
      GROUP
          .entry("provider-options", new Kind.Pairs())
          .otherwise("none", Map.of())
          .flag("cuda-options")
          .help(
              "Further options of ONNX Runtime's execution provider for the device, such as"
                  + " `sdpa_kernel=8`.");

  private EngineEntries() {}

  private static Setting<Boolean> offload(String part, String what) {
    return GROUP
        .entry(part + "-cpu-offload", new Kind.Flag())
        .otherwise("what fits")
        .flag()
        .help(
            "`true`: %s from the host, or on the processor from the files; `false`: all of it stays."
                .formatted(what));
  }

  private static Map<String, Optional<Boolean>> modes() {
    return Map.of(
        "auto",
        Optional.empty(),
        "manual",
        Optional.empty(),
        "speed",
        Optional.of(true),
        "memory",
        Optional.of(false));
  }

  private static Map<String, Optional<DType>> types() {
    return Map.of(
        "auto", Optional.empty(), "fp32", Optional.of(DType.F32), "bf16", Optional.of(DType.BF16));
  }
}
