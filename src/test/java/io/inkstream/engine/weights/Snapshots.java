package io.inkstream.engine.weights;

import java.nio.file.Path;

/// The snapshots that the tests read.
final class Snapshots {
  private Snapshots() {}

  static Path tiny() {
    return Path.of("src/test/resources/goldens/tiny");
  }

  static Path pocket() {
    return Path.of("src/main/models/qwen-image-pocket");
  }
}
