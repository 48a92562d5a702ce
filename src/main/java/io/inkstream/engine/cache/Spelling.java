package io.inkstream.engine.cache;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Which of the known words was meant.
public final class Spelling {
  private static final int LONGEST = 80;

  private Spelling() {}

  /// The known word with the fewest letters to change, unless half of the word would change.
  public static Optional<String> nearest(String word, Collection<String> known) {
    String given = cut(word);
    return known.stream()
        .min(Comparator.comparingInt(other -> distance(given, other)))
        .filter(other -> 2 * distance(given, other) <= Math.max(given.length(), other.length()));
  }

  /// The text, or the beginning of a long one.
  static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /// Levenshtein's: letters to insert, remove or replace. Case does not count.
  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
