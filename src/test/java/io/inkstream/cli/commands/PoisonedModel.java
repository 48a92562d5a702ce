package io.inkstream.cli.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A copy of the tiny snapshot that fails when it is asked to: one token's embedding is no number,
/// so that a prompt with it has a picture of no numbers.
final class PoisonedModel {
  /// A prompt that fails after it was admitted.
  static final String POISON = "~";

  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] NAN = {(byte) 0xc0, 0x7f}; // bfloat16

  private PoisonedModel() {}

  static Path in(Path folder) throws IOException {
    Path model = folder.resolve("qwen-image-tiny");
    try (Stream<Path> files = Files.walk(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(TINY.relativize(file).toString()));
      }
    }
    poison(model);
    return model;
  }

  private static void poison(Path model) throws IOException {
    int token =
        JSON.readTree(model.resolve("tokenizer/vocab.json").toFile()).get(POISON).intValue();
    Path file = model.resolve("text_encoder/model.safetensors");
    try (var weights = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] header = new byte[(int) Long.reverseBytes(weights.readLong())];
      weights.readFully(header);
      JsonNode embeddings =
          JSON.readTree(new String(header, UTF_8)).get("model.embed_tokens.weight");
      int width = embeddings.get("shape").get(1).intValue();
      long start = Long.BYTES + header.length + embeddings.get("data_offsets").get(0).longValue();
      weights.seek(start + (long) token * width * NAN.length);
      for (int i = 0; i < width; i++) {
        weights.write(NAN);
      }
    }
  }
}
