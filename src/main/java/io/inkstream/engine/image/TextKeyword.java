package io.inkstream.engine.image;

/// The rules for keywords of textual data (PNG specification, 11.3.3.2 "tEXt").
final class TextKeyword {
  static final int MAX_LENGTH = 79;

  private TextKeyword() {}

  /// @throws IllegalArgumentException if the keyword breaks a rule
  static void require(String keyword) {
    if (keyword.isEmpty() || keyword.length() > MAX_LENGTH) {
      throw refused(keyword, "must have 1 to 79 characters");
    }
    if (!keyword.chars().allMatch(TextKeyword::printable)) {
      throw refused(keyword, "must be printable Latin-1");
    }
    if (keyword.startsWith(" ") || keyword.endsWith(" ") || keyword.contains("  ")) {
      throw refused(keyword, "must have only single spaces, and none at its ends");
    }
  }

  private static boolean printable(int c) {
    return (c >= 32 && c <= 126) || (c >= 161 && c <= 255);
  }

  private static IllegalArgumentException refused(String keyword, String rule) {
    return new IllegalArgumentException("text keyword '" + keyword + "': " + rule);
  }
}
