package io.inkstream.engine.model;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.SafetensorsBuilder;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// A tiny snapshot whose transformer has its weights in four heads of 12 numbers and not in three
/// of 16, so that two and four lanes can share them.
final class FourHeads {
  private static final int WIDTH = 12;

  private FourHeads() {}

  /// @param folder a new one
  static ModelFiles of(Path snapshot, Path folder) {
    Path from = snapshot.resolve("transformer");
    try {
      Files.createDirectories(folder);
      String config = Files.readString(from.resolve("config.json"));
      Files.writeString(
          folder.resolve("config.json"),
          config
              .replace("\"attention_head_dim\": 16", "\"attention_head_dim\": " + WIDTH)
              .replace("\"num_attention_heads\": 3", "\"num_attention_heads\": 4")
              .replaceFirst("\"axes_dims_rope\": \\[[^]]*]", "\"axes_dims_rope\": [4, 4, 4]"));
      write(from, folder.resolve("diffusion_pytorch_model.safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ModelFiles(snapshot, Map.of(Part.TRANSFORMER, folder));
  }

  private static void write(Path from, Path to) throws IOException {
    var all = SafetensorsBuilder.file();
    try (var shards = Files.newDirectoryStream(from, "*.safetensors")) {
      for (Path shard : shards) {
        for (TensorEntry entry : SafetensorsFile.open(shard).tensors().values()) {
          add(all, entry);
        }
      }
    }
    all.writeTo(to);
  }

  private static void add(SafetensorsBuilder all, TensorEntry entry) throws IOException {
    DType type = ((Encoding.Plain) entry.encoding()).type();
    byte[] file = Files.readAllBytes(entry.file());
    int from = Math.toIntExact(entry.offset());
    boolean ofHead = entry.name().matches(".*\\.attn\\.norm_.*");
    long[] shape = ofHead ? new long[] {WIDTH} : entry.shape().dims();
    int bytes = ofHead ? WIDTH * type.bytes() : Math.toIntExact(entry.length());
    all.tensor(entry.name(), type, Arrays.copyOfRange(file, from, from + bytes), shape);
  }
}
