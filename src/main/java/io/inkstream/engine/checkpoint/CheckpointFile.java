package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A single file with a network in it, of which the header was read.
sealed interface CheckpointFile {
  /// As the caller named it.
  Path path();

  /// The tensors' names as the file has them, in its order.
  Set<String> names();

  /// All tensors under the file's own names.
  ///
  /// @throws SnapshotException naming one that is damaged or of a type that is not read here
  Map<String, TensorEntry> tensors();

  /// Free-form texts of the header.
  Map<String, String> metadata();

  /// What ggml's programs write.
  record Gguf(GgufFile file) implements CheckpointFile {
    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public Set<String> names() {
      return file.infos().keySet();
    }

    @Override
    public Map<String, TensorEntry> tensors() {
      return file.tensors();
    }

    @Override
    public Map<String, String> metadata() {
      return file.metadata();
    }
  }

  /// What all others write.
  record Safetensors(Path path, SafetensorsFile file) implements CheckpointFile {
    @Override
    public Set<String> names() {
      return file.tensors().keySet();
    }

    @Override
    public Map<String, TensorEntry> tensors() {
      return file.tensors();
    }

    @Override
    public Map<String, String> metadata() {
      return file.metadata();
    }
  }

  /// Reads a file's header; its first bytes tell which format it has.
  ///
  /// @throws SnapshotException if it is missing, damaged or of another format
  static CheckpointFile open(Path path) {
    int first = firstBytes(path);
    if (first == GgufParser.MAGIC || path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      return new Gguf(GgufFile.open(path));
    }
    if (isPickle(first)) {
      throw new SnapshotException(
          path, "is a pickle of PyTorch's, must be a safetensors or GGUF file");
    }
    return new Safetensors(path, SafetensorsFile.open(path));
  }

  private static int firstBytes(Path path) {
    // opening a pipe would wait for its writer
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new SnapshotException(path, "is not a file, must be a safetensors or GGUF file");
    }
    try (InputStream bytes = Files.newInputStream(path)) {
      byte[] four = new byte[Integer.BYTES];
      bytes.readNBytes(four, 0, four.length);
      return ByteBuffer.wrap(four).order(ByteOrder.LITTLE_ENDIAN).getInt();
    } catch (IOException e) {
      throw SnapshotException.unreadable(path, e);
    }
  }

  /// A zip archive, as PyTorch writes today, or a pickle of protocol 2 and later.
  private static boolean isPickle(int first) {
    int zip = 0x04034B50;
    int protocol = first >> 8 & 0xFF;
    // A safetensors header of that length would be 640 and more bytes, and is told by its brace.
    return first == zip
        || (first & 0xFF) == 0x80 && protocol >= 2 && protocol <= 5 && first >> 16 != 0;
  }
}
