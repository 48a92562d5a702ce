package io.inkstream.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Which adapters act, and which may.
final class AdapterEntries {
  static final Group GROUP = new Group("Adapters (LoRA)");

  static final Setting<List<String>> LORA_PATH =
      GROUP
          .entry("lora-path", Kind.Several.of("NAME=PATH:SCALE, where PATH alone will do"))
          .otherwise("none")
          .flag()
          .help(
              "An adapter that acts unless a request says otherwise: a file, a folder with one, or"
                  + " `owner/name` or `owner/name/FILE` of the Hub. May be given more than"
                  + " once.");

  static final Setting<List<String>> LORA_NICKNAME =
      GROUP
          .entry("lora-nickname", Kind.Several.of("a name for each path"))
          .otherwise("the path's last part")
          .flag()
          .help("Its name, where the path is given without one; more of them in turn.");

  static final Setting<List<String>> LORA_WEIGHT_NAME =
      GROUP
          .entry("lora-weight-name", Kind.Several.of("a file's name for each folder"))
          .otherwise("its only file, or the one of a usual name")
          .flag()
          .help(
              "Which file of it, where the path is a folder or `owner/name`; more of them in"
                  + " turn.");

  static final Setting<Double> LORA_SCALE =
      GROUP
          .entry("lora-scale", new Kind.Foreign<>("a finite number", AdapterEntries::finite))
          .initially("1.0")
          .flag()
          .help("How much of it acts, where the path is given without a scale.");

  static final Setting<Double> LORA_ALPHA =
      GROUP
          .entry("lora-alpha", new Kind.Foreign<>("a finite number", AdapterEntries::finite))
          .otherwise("what its file says")
          .flag()
          .help(
              "Its alpha in the place of what its file says or does not say, for all paths: each"
                  + " layer's factors are scaled by alpha / rank.");

  static final Setting<Boolean> LORA_MERGE_MODE =
      GROUP
          .entry(
              "lora-merge-mode",
              new Kind.Choice<>(
                  "auto, dynamic or merge", Map.of("auto", false, "dynamic", false, "merge", true)))
          .initially("auto")
          .flag()
          .help(
              "`merge`: the adapters of the start become part of the weights, and no others can"
                  + " act; `dynamic` and `auto`: beside the weights, any for any request.");

  static final Setting<List<Path>> LORA_FOLDERS =
      GROUP
          .entry("lora-folders", new Kind.Several<>("folders", Path::of))
          .otherwise("none")
          .flag()
          .help(
              "Folders below which requests may name adapters by their paths. May be given more"
                  + " than once.");

  private AdapterEntries() {}

  private static double finite(String text) {
    double number = Double.parseDouble(text);
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException();
    }
    return number;
  }
}
