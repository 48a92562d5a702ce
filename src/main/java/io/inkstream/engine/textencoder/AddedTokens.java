package io.inkstream.engine.textencoder;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds added tokens in a text: the leftmost first, of those the longest.
final class AddedTokens {
  // by first character, the longest first
  private final Map<Character, List<AddedToken>> tokens = new HashMap<>();

  AddedTokens(Collection<AddedToken> added) {
    added.stream()
        .sorted(Comparator.comparingInt((AddedToken token) -> token.content().length()).reversed())
        .forEach(token -> group(token.content().charAt(0)).add(token));
  }

  private List<AddedToken> group(char first) {
    return tokens.computeIfAbsent(first, _ -> new ArrayList<>());
  }

  /// The text as added tokens and what lies between them, in order.
  List<Piece> split(String text) {
    List<Piece> pieces = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      AddedToken token = match(text, at);
      if (token == null) {
        at++;
        continue;
      }
      addText(text.substring(start, at), pieces);
      pieces.add(new Piece.Token(token.id()));
      at += token.content().length();
      start = at;
    }
    addText(text.substring(start), pieces);
    return pieces;
  }

  private static void addText(String text, List<Piece> pieces) {
    if (!text.isEmpty()) {
      pieces.add(new Piece.Text(text));
    }
  }

  private @Nullable AddedToken match(String text, int at) {
    for (AddedToken token : tokens.getOrDefault(text.charAt(at), List.of())) {
      if (text.startsWith(token.content(), at)) {
        return token;
      }
    }
    return null;
  }
}
