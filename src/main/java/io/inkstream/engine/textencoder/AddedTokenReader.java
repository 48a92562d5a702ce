package io.inkstream.engine.textencoder;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Gathers added tokens from all files that name some. What several name must have one id.
final class AddedTokenReader {
  private static final List<String> UNSUPPORTED = List.of("lstrip", "rstrip", "single_word");

  private final Vocabulary vocabulary;
  private final Map<String, AddedToken> byContent = new HashMap<>();
  private final Map<Integer, String> byId = new HashMap<>();

  AddedTokenReader(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /// What has been read so far.
  List<AddedToken> tokens() {
    return new ArrayList<>(byContent.values());
  }

  /// Reads `added_tokens.json`: `{content: id}`.
  void readIds(TokenizerFile file) {
    for (Map.Entry<String, JsonNode> entry : file.json().properties()) {
      int id = file.id(entry.getValue(), entry.getKey());
      add(file, new AddedToken(id, entry.getKey(), false));
    }
  }

  /// Reads `added_tokens_decoder` of `tokenizer_config.json`: `{"id": {"content": ...}}`.
  void readDecoder(TokenizerFile file) {
    JsonNode decoder = file.json().path("added_tokens_decoder");
    if (decoder.isMissingNode() || decoder.isNull()) {
      return;
    }
    file.object(decoder, "added_tokens_decoder");
    for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
      add(file, token(file, entry.getValue(), id(file, entry.getKey())));
    }
  }

  /// Reads `added_tokens` of `tokenizer.json`: `[{"id": ..., "content": ...}]`.
  void readList(TokenizerFile file, JsonNode list) {
    for (JsonNode node : list) {
      int id = file.id(node.path("id"), node.path("content").asText());
      add(file, token(file, node, id));
    }
  }

  private static int id(TokenizerFile file, String text) {
    // nine digits always fit an int
    if (!text.matches("[0-9]{1,9}") || !TokenizerFile.isId(Integer.parseInt(text))) {
      throw file.failure(
          "id %s in added_tokens_decoder is not %s"
              .formatted(TokenizerFile.quote(text), TokenizerFile.allowedIds()));
    }
    return Integer.parseInt(text);
  }

  private static AddedToken token(TokenizerFile file, JsonNode node, int id) {
    if (!node.path("content").isTextual()) {
      throw file.failure("added token " + id + " has no content");
    }
    for (String flag : UNSUPPORTED) {
      if (node.path(flag).asBoolean()) {
        throw file.failure("added token " + id + " has " + flag + ", which is not supported");
      }
    }
    boolean special = node.path("special").asBoolean();
    return new AddedToken(
        id, node.path("content").textValue(), node.path("normalized").asBoolean(!special));
  }

  private void add(TokenizerFile file, AddedToken token) {
    String content = token.content();
    if (content.isEmpty()) {
      throw file.failure("added token " + token.id() + " is empty");
    }
    String other = byId.getOrDefault(token.id(), vocabulary.token(token.id()));
    if (other != null && !other.equals(content)) {
      throw file.failure(
          "added token %s has id %d, which is %s's"
              .formatted(shown(content), token.id(), shown(other)));
    }
    AddedToken known = byContent.get(content);
    int knownId = known != null ? known.id() : vocabulary.id(content);
    if (knownId != Vocabulary.ABSENT && knownId != token.id()) {
      throw file.failure(
          "added token %s has id %d, but %d elsewhere"
              .formatted(shown(content), token.id(), knownId));
    }
    byContent.put(content, token);
    byId.put(token.id(), content);
  }

  private static String shown(String text) {
    return TokenizerFile.quote(text);
  }
}
