package io.inkstream.server.config;

import java.nio.file.Path;

/// Which model.
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
          .otherwise("the pocket model that comes with Inkstream")
          .flag()
          .help("A snapshot's folder, or `owner/name` of one in the Hub cache.");

  static final Setting<Path> VAE_PATH =
      GROUP
          .entry("vae-path", Kind.Place.FOLDER)
          .otherwise("the model's own")
          .flag()
          .help("Another folder for the VAE.");

  private ModelEntries() {}
}
