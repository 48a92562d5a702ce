package io.inkstream.server.config;

import io.inkstream.engine.device.Device;
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
          .entry("device", new Kind.Foreign<>("cpu, cuda or cuda:N", Device::named))
          .initially("cpu")
          .flag()
          .help("`cpu`, `cuda`, or `cuda:1` for the second card: what runs the networks.");

  static final Setting<Optional<DType>> DTYPE =
      GROUP
          .entry("dtype", new Kind.Choice<>("auto, fp32 or bf16", types()))
          .initially("auto")
          .flag()
          .help("What they compute in: `fp32`, `bf16` (cuda only), or `auto`: bf16 on cuda.");

  static final Setting<Long> DEVICE_MEMORY =
      GROUP
          .entry("device-memory", Kind.Size.atLeast(1 << 20, "a size such as 24G"))
          .otherwise("all that is free")
          .flag()
          .help(
              "How much of the card may be used, such as `24G`; weights that do not fit come from"
                  + " the host as they are needed.");

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
          .help("The folder of ONNX Runtime's libraries for the card.");

  static final Setting<Map<String, String>> CUDA_OPTIONS =
      GROUP
          .entry("cuda-options", new Kind.Pairs())
          .otherwise("none", Map.of())
          .flag()
          .help("Further options of ONNX Runtime's CUDA provider, such as `sdpa_kernel=8`.");

  private EngineEntries() {}

  private static Map<String, Optional<DType>> types() {
    return Map.of(
        "auto", Optional.empty(), "fp32", Optional.of(DType.F32), "bf16", Optional.of(DType.BF16));
  }
}
