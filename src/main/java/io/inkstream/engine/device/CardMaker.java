package io.inkstream.engine.device;

import java.util.List;

/// Who made a card, and so whose runtime library drives it. Both have the same functions with the
/// same parameters and numbers; [CardDriver] calls them by CUDA's names.
enum CardMaker {
  /// By the CUDA runtime library, which comes with the CUDA toolkit.
  NVIDIA(Device.Kind.CUDA, "CUDA", "CUDA", List.of("libcudart.so.13", "libcudart.so.12")),

  /// By [HIP](https://rocm.docs.amd.com/projects/HIP), which comes with ROCm.
  AMD(Device.Kind.MIGRAPHX, "HIP", "ROCm", List.of("libamdhip64.so.7", "libamdhip64.so.6"));

  private final Device.Kind kind;
  private final String runtime;
  private final String product;
  private final List<String> libraries;

  CardMaker(Device.Kind kind, String runtime, String product, List<String> libraries) {
    this.kind = kind;
    this.runtime = runtime;
    this.product = product;
    this.libraries = libraries;
  }

  /// Whose cards these devices are.
  ///
  /// @throws IllegalArgumentException if they are nobody's
  static CardMaker of(Device.Kind kind) {
    return switch (kind) {
      case CUDA -> NVIDIA;
      case MIGRAPHX -> AMD;
      case CPU, OPENVINO, TENSORRT, COREML, EMULATED ->
          throw new IllegalArgumentException(kind + " is no card with a driver of ours");
    };
  }

  /// The kind of devices.
  Device.Kind kind() {
    return kind;
  }

  /// What the library is called by people.
  String runtime() {
    return runtime;
  }

  /// What it comes with.
  String product() {
    return product;
  }

  /// The library's names, the newest first: ONNX Runtime is built for one of them.
  List<String> libraries() {
    return libraries;
  }

  /// The library's name of a function.
  ///
  /// @param cuda CUDA's name
  String function(String cuda) {
    return switch (this) {
      case NVIDIA -> cuda;
      case AMD -> hip(cuda);
    };
  }

  private static String hip(String cuda) {
    String name = "hip" + cuda.substring("cuda".length());
    return switch (name) {
      // By its plain name it fills in a struct of HIP 5, which headers from 6 on have no more.
      case "hipGetDeviceProperties" -> "hipGetDevicePropertiesR0600";
      default -> name;
    };
  }
}
