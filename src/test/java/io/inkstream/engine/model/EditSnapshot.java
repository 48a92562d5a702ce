package io.inkstream.engine.model;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.snapshot.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/// A snapshot of another pipeline with the networks of one that is there.
public final class EditSnapshot {
  private EditSnapshot() {}

  /// @param folder a new one
  /// @param pipelineClass `_class_name` of its `model_index.json`
  public static ModelFiles of(Path snapshot, Path folder, String pipelineClass) {
    try {
      Files.createDirectories(folder);
      String index = Files.readString(snapshot.resolve("model_index.json"));
      Files.writeString(
          folder.resolve("model_index.json"), index.replace("QwenImagePipeline", pipelineClass));
      copy(snapshot, folder, "tokenizer");
      copy(snapshot, folder, "scheduler");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<Part, Path> networks = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      networks.put(part, snapshot.resolve(part.folder()));
    }
    return new ModelFiles(folder, networks);
  }

  /// The same with another configuration of its transformer.
  ///
  /// @param folder a new one
  static ModelFiles withTransformerConfig(ModelFiles files, Path folder, Path config) {
    Path transformer = files.parts().get(Part.TRANSFORMER);
    try {
      copy(transformer.getParent(), folder, "transformer");
      Path copied = folder.resolve("transformer").resolve("config.json");
      Files.copy(config, copied, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<Part, Path> networks = new EnumMap<>(files.parts());
    networks.put(Part.TRANSFORMER, folder.resolve("transformer"));
    return new ModelFiles(files.snapshot(), networks);
  }

  private static void copy(Path from, Path to, String name) throws IOException {
    Files.createDirectories(to.resolve(name));
    try (Stream<Path> files = Files.list(from.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(name).resolve(file.getFileName()));
      }
    }
  }
}
