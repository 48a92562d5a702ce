package io.inkstream.server.config;

import static io.inkstream.server.config.SglangRows.*;

import java.util.List;

/// SGLang's flags of `generate` that are no fields of a request.
final class SglangDrawing {
  private static final String OTHER_MODEL =
      "it is another model's: Inkstream draws with Qwen-Image";
  private static final String VIDEO = "Qwen-Image draws pictures, no films";
  private static final String SPECTRUM =
      "forecasts between computed steps are --forecast's: --forecast 0.5";
  private static final String UPSCALER = "there is no upscaler";
  private static final String SAVED = "pictures are saved always; --output says where";

  static final List<SglangRows> ROWS =
      List.of(
          means("", "true", "--size=3840x2160").none("4k"),
          means("", "true", "--size=2560x1440").none("2k"),
          means("", "true", "--size=1920x1080").none("1080p"),
          means("", "true", "--size=1280x720").none("720p"),
          means(
                  " must be exact, lossless or high",
                  "exact|lossless|extra-high|auto",
                  "",
                  "high",
                  "--forecast=0.5")
              .one("quality"),
          means(
                  " must be default, maximum, high, medium or low",
                  "default",
                  "",
                  "maximum",
                  "--output-compression=100",
                  "high",
                  "--output-compression=90",
                  "medium",
                  "--output-compression=55",
                  "low",
                  "--output-compression=35")
              .one("output-quality"),
          happens(SAVED, "true").none("save-output"),
          refused(SAVED).none("no-save-output"),
          refused("a step's picture is not kept; the server streams previews")
              .none("return-frames"),
          refused("INKSTREAM_LOG_LEVEL=debug tells more of the server").none("debug"),
          happens("files' names are what is printed", "true").maybe("return-file-paths-only"),
          refused("the prompt is encoded in Qwen-Image's own template").one("system-prompt"),
          refused("the prompt is drawn as it is").maybe("enable-prompt-rewrite"),
          refused(SPECTRUM)
              .none("enable-spectrum")
              .one("w", "taylor-order", "history-size", "spectrum-window-size|window-size")
              .one("spectrum-flex-window|flex-window", "spectrum-warmup-steps", "spectrum-m")
              .one("spectrum-lam", "spectrum-tau-num-steps"),
          refused("guidance is diffusers', with its norm per token")
              .maybe("enable-cfg-renorm")
              .one("cfg-renorm-min", "cfg-normalization", "guidance-rescale"),
          refused("there is one guidance: --true-cfg-scale").one("guidance-scale-2"),
          refused(OTHER_MODEL).none("use-diffusion-decoder").some("data-type"),
          refused(OTHER_MODEL).one("boundary-ratio", "bot-task", "text-encoder-configs"),
          refused(OTHER_MODEL).none("no-override-protected-fields"),
          refused("latents are not kept")
              .none("return-trajectory-latents", "return-trajectory-decoded"),
          refused(VIDEO)
              .none("auto-duration", "num-frames-round-down", "enable-frame-interpolation")
              .maybe("adjust-frames")
              .some("video-path")
              .one("auto-duration-min-seconds", "auto-duration-max-seconds", "x264-preset", "fps")
              .one("sound-duration", "frame-interpolation-exp", "frame-interpolation-scale")
              .one("frame-interpolation-model-path", "action", "translation-speed")
              .one("rotation-speed-deg", "pitch-limit-deg", "action-mode", "domain-id")
              .one("domain-name", "raw-action-dim", "action-fps"),
          refused(UPSCALER)
              .one("sr-resolution-scale", "sr-num-steps", "sr-tiles-batch-size")
              .one("sr-tile-min-overlap", "sr-target-resolution", "sr-target-resize-mode"));

  private SglangDrawing() {}
}
