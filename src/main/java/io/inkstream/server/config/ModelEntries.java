package io.inkstream.server.config;

/// Which model, and where it comes from.
final class ModelEntries {
  static final Group INTERNAL = new Group("");
  static final Group GROUP = new Group("Model");

  static final Setting<String> HOME =
      INTERNAL
          .entry("home", new Kind.Text())
          .help("Folder of the installation, where the pocket model lies.");

  static final Setting<String> MODEL_PATH =
      GROUP
          .entry("model-path", new Kind.Text())
          .otherwise(
              "the pocket model that comes with Inkstream; with a transformer-path, what is"
                  + " published of Qwen-Image beside its weights")
          .flag()
          .help(
              "A snapshot's folder, or `owner/name` of one on the Hub, which is fetched if it is"
                  + " not in the cache.");

  static final Setting<String> REVISION =
      GROUP
          .entry(
              "revision", new Kind.Foreign<>("a branch, a tag or a commit", ModelEntries::revision))
          .otherwise("main")
          .flag()
          .help("Which state of the model's repository on the Hub.");

  static final Setting<Boolean> DOWNLOAD =
      GROUP
          .entry("download", new Kind.Flag())
          .initially("true")
          .flag()
          .help(
              "Use of the Hub only what is in the cache; `HF_HUB_OFFLINE=1` says the same to all"
                  + " programs.");

  static final Setting<String> MODEL_ID =
      GROUP
          .entry("model-id", new Kind.Text())
          .otherwise("the model path's last part")
          .flag()
          .help("The model's name for people. What a model is, its files say, whatever its name.");

  static final Setting<String> TRANSFORMER_PATH =
      GROUP
          .entry("transformer-path", new Kind.Text())
          .otherwise("the model's own")
          .flag("transformer-weights-path")
          .help(
              "Another transformer: a folder, a ComfyUI file, a GGUF, or `owner/name/FILE` of one"
                  + " of the Hub.");

  static final Setting<String> TEXT_ENCODER_PATH =
      GROUP
          .entry("text-encoder-path", new Kind.Text())
          .otherwise("the model's own")
          .flag("text-encoder-weights-path")
          .help("Another text encoder, likewise.");

  static final Setting<String> VAE_PATH =
      GROUP
          .entry("vae-path", new Kind.Text())
          .otherwise("the model's own")
          .flag("vae-weights-path")
          .help("Another VAE, likewise.");

  private ModelEntries() {}

  private static String revision(String text) {
    if (!text.matches("\\w[\\w.-]*(/\\w[\\w.-]*){0,5}")) {
      throw new IllegalArgumentException();
    }
    return text;
  }
}
