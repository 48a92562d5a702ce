package io.inkstream.engine.description;

import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The tiny snapshot with its second shard in another folder, under the name of the first, and its
/// VAE in a third.
record SpreadSnapshot(Path model, Path vae) {
  static final String FIRST = "diffusion_pytorch_model-00001-of-00002.safetensors";
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final String SECOND = "diffusion_pytorch_model-00002-of-00002.safetensors";

  static SpreadSnapshot in(Path folder) throws IOException {
    Path model = folder.resolve("model");
    try (var files = Files.walk(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(TINY.relativize(file).toString()));
      }
    }
    Path elsewhere = Files.createDirectories(folder.resolve("disk/elsewhere")).resolve(FIRST);
    Path shard = model.resolve("transformer").resolve(SECOND);
    Files.move(shard, elsewhere);
    Files.createSymbolicLink(shard, elsewhere);
    return new SpreadSnapshot(model, Files.move(model.resolve("vae"), folder.resolve("vae")));
  }

  QwenImageSnapshot open() {
    return QwenImageSnapshot.open(model, Optional.of(vae));
  }
}
