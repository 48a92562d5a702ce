package io.inkstream.engine.textencoder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// One file of a tokenizer; every failure names it.
///
/// @param path where it lies
record TokenizerFile(Path path) {
  /// Ids from here on are refused: a vocabulary has a few hundred thousand.
  static final int MAX_IDS = 1 << 24;

  private static final int MAX_BYTES = 32 << 20;
  private static final int MAX_QUOTED = 60;
  // A vocabulary's names are all different: to look for one that was there before, in tables of the
  // parser and of the whole machine, takes most of the time that a model takes to open.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  boolean exists() {
    return Files.exists(path);
  }

  /// The whole file, which must be UTF-8.
  String text() {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw failure("larger than " + MAX_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new TokenizerException(path + ": file not found", e);
    } catch (CharacterCodingException e) {
      throw new TokenizerException(path + ": not UTF-8", e);
    } catch (IOException e) {
      throw new TokenizerException(path + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /// The whole file, which must be one JSON object without repeated names.
  JsonNode json() {
    try {
      return object(JSON.readTree(text()), "the file");
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
      String what = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new TokenizerException(path + ": not JSON" + where + ": " + what, e);
    }
  }

  /// `node`, if it is a JSON object.
  JsonNode object(JsonNode node, String name) {
    if (!node.isObject()) {
      throw failure(name + " is not a JSON object");
    }
    return node;
  }

  /// The token id that `node` holds.
  int id(JsonNode node, String token) {
    if (!node.isIntegralNumber() || !isId(node.longValue()) || !node.canConvertToInt()) {
      throw failure("id " + node + " of token " + quote(token) + " is not " + allowedIds());
    }
    return node.intValue();
  }

  static boolean isId(long value) {
    return value >= 0 && value < MAX_IDS;
  }

  static String allowedIds() {
    return "an integer from 0 to " + (MAX_IDS - 1);
  }

  TokenizerException failure(String what) {
    return new TokenizerException(path + ": " + what);
  }

  /// A text of the file for a message: on one line, and not too long.
  static String quote(String text) {
    boolean whole = text.length() <= MAX_QUOTED;
    return TextNode.valueOf(whole ? text : text.substring(0, MAX_QUOTED) + "...").toString();
  }
}
