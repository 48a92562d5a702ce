package io.inkstream.engine.weights;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads the small JSON files of a snapshot: one object, strict UTF-8, no key twice.
final class SnapshotJson {
  private static final int LONGEST = 4 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SnapshotJson() {}

  /// The object that the file holds.
  ///
  /// @throws SnapshotException if the file cannot be read or holds something else
  static ObjectNode read(Path file) {
    try {
      return parse(file, text(file));
    } catch (IOException e) {
      throw SnapshotException.unreadable(file, e);
    }
  }

  /// The object that a text of the file is.
  ///
  /// @throws SnapshotException if it is something else
  static ObjectNode parse(Path file, String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new SnapshotException(
          file, "is " + SnapshotException.shown(node.toString()) + ", must be a JSON object");
    } catch (IOException e) {
      throw SnapshotException.unreadable(file, e);
    }
  }

  private static String text(Path file) throws IOException {
    // opening a pipe would wait for its writer
    if (!Files.isRegularFile(file.toRealPath())) {
      throw new SnapshotException(file, "is not a file, must be a JSON file");
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] read = bytes.readNBytes(LONGEST + 1);
      if (read.length > LONGEST) {
        throw new SnapshotException(file, "is longer than " + LONGEST + " bytes, the most allowed");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read)).toString();
    }
  }
}
