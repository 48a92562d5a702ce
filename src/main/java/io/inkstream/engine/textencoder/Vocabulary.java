package io.inkstream.engine.textencoder;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tokens that BPE knows, written in the [ByteLevelAlphabet], and their ids.
final class Vocabulary {
  /// The id of a token that is not there.
  static final int ABSENT = -1;

  private final Map<String, Integer> ids;
  private final Map<Integer, String> tokens;
  private final int bound;

  private Vocabulary(Map<String, Integer> ids, Map<Integer, String> tokens, int bound) {
    this.ids = ids;
    this.tokens = tokens;
    this.bound = bound;
  }

  /// Reads `{token: id}`.
  static Vocabulary read(TokenizerFile file, JsonNode node) {
    Map<String, Integer> ids = HashMap.newHashMap(node.size());
    Map<Integer, String> tokens = HashMap.newHashMap(node.size());
    int bound = 0;
    for (Map.Entry<String, JsonNode> entry : file.object(node, "the vocabulary").properties()) {
      String token = entry.getKey();
      int id = file.id(entry.getValue(), token);
      String other = tokens.put(id, token);
      if (other != null) {
        throw file.failure(
            "tokens %s and %s have the same id %d"
                .formatted(TokenizerFile.quote(other), TokenizerFile.quote(token), id));
      }
      ids.put(token, id);
      bound = Math.max(bound, id + 1);
    }
    if (ids.isEmpty()) {
      throw file.failure("the vocabulary is empty");
    }
    return new Vocabulary(ids, tokens, bound);
  }

  /// The id of a token, or [#ABSENT].
  int id(String token) {
    return ids.getOrDefault(token, ABSENT);
  }

  /// The token of an id, if it has one.
  @Nullable String token(int id) {
    return tokens.get(id);
  }

  /// One more than the largest id.
  int bound() {
    return bound;
  }
}
