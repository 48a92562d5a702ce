package io.inkstream.server.config;

import static io.inkstream.server.config.SglangRows.*;

import java.util.List;

/// SGLang's flags for what of a model lies where.
final class SglangMemory {
  private static final String FITS =
      "weights that do not fit in --device-memory come from the host as they are needed";

  static final List<SglangRows> ROWS =
      List.of(
          happens(FITS, "auto", "manual").one("performance-mode|mode"),
          happens(FITS, "false")
              .maybe("text-encoder-cpu-offload", "vae-cpu-offload", "dit-cpu-offload")
              .maybe("image-encoder-cpu-offload", "dit-layerwise-offload", "pin-cpu-memory")
              .maybe("direct-gpu-weight-loading"),
          refused(FITS)
              .some("component-residency", "cpu-offload-components")
              .some("layerwise-offload-components|layerwise-offload-modules")
              .one("dit-offload-prefetch-size", "dit-layerwise-resident-layers")
              .one("dit-layerwise-residency-policy", "dit-layerwise-residency-lifetime")
              .one("layerwise-prefetch-size", "layerwise-resident-layers")
              .one("layerwise-residency-policy", "layerwise-residency-lifetime"));

  private SglangMemory() {}
}
