package io.inkstream.engine.textencoder;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Splits normalised text into the words that BPE may not merge across.
final class PreTokenizer {
  // The reference's expression as it is; the flag gives \s and (?i: their Unicode meaning.
  private static final Pattern WORD =
      Pattern.compile(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
              + "|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
              + "|\\s*[\\r\\n]+"
              + "|\\s+(?!\\S)"
              + "|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private PreTokenizer() {}

  /// The words in order; joined, they are the text again.
  static List<String> words(String text) {
    return WORD.matcher(text).results().map(MatchResult::group).toList();
  }
}
