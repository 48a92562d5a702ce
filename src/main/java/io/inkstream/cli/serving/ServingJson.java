package io.inkstream.cli.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// JSON files.
final class ServingJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ServingJson() {}

  /// @throws IOException if it cannot be read, or is no JSON: then in one line
  static JsonNode read(Path file) throws IOException {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IOException("%s: is no JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}
