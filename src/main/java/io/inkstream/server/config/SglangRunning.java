package io.inkstream.server.config;

import static io.inkstream.server.config.SglangRows.*;

import java.util.List;

/// SGLang's flags for how a model is loaded and runs.
final class SglangRunning {
  static final List<String> COMPONENTS =
      List.of(
          "transformer",
          "text-encoder",
          "vae",
          "scheduler",
          "tokenizer",
          "processor",
          "image-encoder");

  private static final String ATTENTION =
      "attention is one of Inkstream's operators on the card (--no-fused-kernels: ONNX Runtime's)";
  private static final String GRAPHS = "ONNX Runtime compiles the graphs when they are loaded";
  private static final String WEIGHTS =
      "--quantization int8, fp8 or int4 makes them; files that have them are read as they are";
  private static final String OTHER_MODEL =
      "it is another model's: Inkstream draws with Qwen-Image";

  static final List<SglangRows> ROWS =
      List.of(
          happens("there is one engine, Inkstream's", "auto", "sglang").one("backend"),
          refused("model_index.json names the pipeline; --model-path is the folder with it")
              .one("pipeline|pipeline-class-name", "pipeline-config-path", "model-subfolder")
              .one("model-variant", "scheduler-class-override"),
          happens("nothing that comes with a model is executed", "false")
              .maybe("trust-remote-code"),
          happens(ATTENTION, "auto").one("attention-backend"),
          refused(ATTENTION).one("attention-backend-config", "component-attention-backends"),
          happens(ATTENTION, "false").maybe("enable-attention-backend-autotune"),
          refused(ATTENTION).one("moba-config-path", "mask-strategy-file-path"),
          happens(GRAPHS, "false").maybe("enable-torch-compile", "regional-compile"),
          happens("kernels are not recorded as graphs", "false")
              .maybe("enable-breakable-cuda-graph"),
          refused(GRAPHS).some("bcg-text-buckets"),
          idle(GRAPHS).maybe("offload-during-compile"),
          means(" must be true or false", "true", "", "false", "--no-tf32")
              .maybe("allow-cudnn-tf32"),
          happens("ONNX Runtime lets cuBLAS do so; in --dtype fp32 there is no bf16", "true")
              .maybe("allow-bf16-reduced-precision-reduction"),
          happens("there is no autocast: --dtype is what networks compute in", "true", "false")
              .maybe("disable-autocast"),
          happens("profile with the JDK's Flight Recorder: docs/operating.md", "false")
              .maybe("enable-layerwise-nvtx-marker"),
          refused(WEIGHTS)
              .some("quantization-ignored-layers")
              .one("quantization-precision", "quantization-rank"),
          happens(WEIGHTS, "false").maybe("enable-svdquant", "quantization-act-unsigned"),
          means(" must be fp32 or bf16", "(fp32|bf16)", "--dtype=$1").one("dit-precision"),
          refused("all networks compute in --dtype")
              .one("vae-precision", "vae-decode-precision", "image-encoder-precision")
              .some("text-encoder-precisions"),
          happens("the VAE decodes a picture whole", "false").maybe("vae-tiling"),
          happens("pictures are decoded one after the other", "true", "false").maybe("vae-slicing"),
          refused("a request's cache_dit_params and the variables SGLANG_CACHE_DIT_* say it")
              .one("cache-dit-config"),
          refused("Qwen-Image shifts its steps by the picture's size").one("flow-shift"),
          refused(OTHER_MODEL)
              .maybe("minimax-h3-adaln-online", "load-diffusion-decoder", "streaming")
              .maybe("refiner-chunked", "diffusion-decoder-tiling")
              .maybe("diffusion-decoder-parallel-tiling")
              .none("kv-cache-quant-asymmetric")
              .one("minimax-h3-adaln-plan-width", "minimax-h3-adaln-host-cache-gb")
              .one("minimax-h3-adaln-cache-path", "ltx2-two-stage-device-mode", "resolution")
              .one("kv-cache-quant", "kv-cache-quant-centroids", "kv-cache-quant-block-size")
              .one("kv-cache-quant-stages", "kv-cache-quant-iters", "kv-cache-quant-keep-recent")
              .one("kv-cache-quant-sink", "kv-cache-quant-sink-keep", "embedded-cfg-scale")
              .one("num-frame-per-block", "dmd-denoising-steps", "realtime-causal-sink-size")
              .one("realtime-causal-kv-cache-num-frames"));

  private SglangRunning() {}

  /// @param kind of flag that any component has
  static SglangRows ofComponent(String name, String kind) {
    return switch (kind) {
      case "quantization" -> refused(WEIGHTS).one(name);
      case "quantization-ignored-layers" -> refused(WEIGHTS).some(name);
      case "precision" -> refused("all networks compute in --dtype").one(name);
      case "attention-backend" -> refused(ATTENTION).one(name);
      case "direct-gpu-weight-loading" ->
          happens("weights are read as they are needed", "false").maybe(name);
      default ->
          refused("--transformer-path, --text-encoder-path and --vae-path name other weights")
              .one(name);
    };
  }
}
