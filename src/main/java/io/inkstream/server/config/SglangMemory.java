package io.inkstream.server.config;

import static io.inkstream.server.config.SglangRows.*;

import java.util.List;

/// SGLang's flags for what of a model lies where.
final class SglangMemory {
  private static final String PARTS =
      "--text-encoder-cpu-offload, --image-encoder-cpu-offload, --vae-cpu-offload and"
          + " --dit-layerwise-offload say what stays";
  private static final String BLOCKS =
      "only the transformer's blocks come one by one: --dit-layerwise-offload";
  private static final String AHEAD = " must be 0, 1 or 2: two blocks come while one runs";
  private static final String SPREAD =
      "blocks that do not stay are spread evenly among those that do";
  private static final String ALWAYS = "blocks that stay are never sent away";

  static final List<SglangRows> ROWS =
      List.of(
          happens("weights go from their files through the host's memory to the card", "false")
              .maybe("direct-gpu-weight-loading"),
          refused(PARTS).some("component-residency", "cpu-offload-components"),
          means(" must be transformer: " + BLOCKS, "transformer|dit", "--dit-layerwise-offload")
              .some("layerwise-offload-components|layerwise-offload-modules"),
          means(AHEAD, "0|0\\.0|1|1\\.0|2|2\\.0", "")
              .one("dit-offload-prefetch-size", "layerwise-prefetch-size"),
          means(
                  " must be a number",
                  "(?:transformer=)?([0-9.]+)",
                  "--dit-layerwise-resident-layers=$1")
              .one("layerwise-resident-layers"),
          happens(SPREAD, "strided")
              .one("dit-layerwise-residency-policy", "layerwise-residency-policy"),
          happens(ALWAYS, "permanent")
              .one("dit-layerwise-residency-lifetime", "layerwise-residency-lifetime"));

  private SglangMemory() {}
}
