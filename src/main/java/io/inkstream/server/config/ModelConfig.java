package io.inkstream.server.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// The model's settings as they were given: `inkstream.model-path`, `INKSTREAM_MODEL_PATH`, ….
///
/// All are texts, so that [EngineSettings] can say what is wrong with one; an empty variable counts
/// as not given.
@ConfigMapping(prefix = "inkstream")
public interface ModelConfig {
  /// Folder of the installation, where the pocket model lies.
  Optional<String> home();

  /// A snapshot's folder, or `owner/name` of one in the Hub cache. Default: the pocket model.
  Optional<String> modelPath();

  /// Another folder for the VAE.
  Optional<String> vaePath();

  /// `fast` (default) or `low-memory`.
  Optional<String> weights();

  /// Threads of one run, 0 to 1024; 0, the default, means one per processor.
  Optional<String> threads();

  /// Whether idle threads wait actively: `true` (default) or `false`.
  Optional<String> spinning();

  /// `cpu` (default) or `cuda`.
  Optional<String> device();

  /// What the networks compute in: `auto` (default), `fp32` or `bf16`.
  Optional<String> dtype();

  /// How much of the device's memory may be used, such as `24G`. Default: all that is free.
  Optional<String> deviceMemory();

  /// Whether float32 products on a device may round their factors: `true` (default) or `false`.
  Optional<String> tf32();

  /// Whether the device takes only kernels that give the same bits every time: `false` (default) or
  /// `true`.
  Optional<String> deterministic();

  /// Whether the card runs operators of our own between the matrix products: `true` (default) or
  /// `false`.
  Optional<String> fusedKernels();

  /// Folder of ONNX Runtime's libraries for the device. Default: those that come along.
  Optional<String> onnxruntimeLibrary();

  /// Further options of ONNX Runtime's CUDA provider: `KEY=VALUE,…`.
  Optional<String> cudaOptions();
}
