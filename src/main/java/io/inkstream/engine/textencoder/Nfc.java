package io.inkstream.engine.textencoder;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Unicode's NFC. The JDK alone takes quadratic time for a run of combining marks out of order, so
/// long runs are ordered before it sees them.
final class Nfc {
  // possessive: else marks of one and of two chars in turn recurse
  private static final Pattern LONG_RUN = Pattern.compile("\\p{M}{64,}+");
  private static final String LOWEST_CLASS = "\u0334";
  private static final String HIGH_CLASS = "\u0301";

  private Nfc() {}

  static String normalize(String text) {
    String ordered = LONG_RUN.matcher(text).replaceAll(run -> order(decompose(run.group())));
    return Normalizer.normalize(ordered, Form.NFC);
  }

  // mark by mark, so that none is moved
  private static String decompose(String marks) {
    StringBuilder out = new StringBuilder();
    marks
        .codePoints()
        .mapToObj(Character::toString)
        .forEach(mark -> out.append(Normalizer.normalize(mark, Form.NFD)));
    return out.toString();
  }

  /// The canonical order: by combining class, stable; a mark of class 0 stays in its place.
  private static String order(String marks) {
    StringBuilder out = new StringBuilder();
    Map<String, StringBuilder> classes = new TreeMap<>(Nfc::compareClasses);
    marks
        .codePoints()
        .mapToObj(Character::toString)
        .forEach(mark -> {
          if (isOfClassZero(mark)) {
            flush(classes, out);
            out.append(mark);
          } else {
            classes.computeIfAbsent(mark, _ -> new StringBuilder()).append(mark);
          }
        });
    flush(classes, out);
    return out.toString();
  }

  private static void flush(Map<String, StringBuilder> classes, StringBuilder out) {
    classes.values().forEach(out::append);
    classes.clear();
  }

  // the JDK tells no combining class, but it tells which two marks are out of order
  private static int compareClasses(String a, String b) {
    if (!Normalizer.isNormalized(a + b, Form.NFD)) {
      return 1;
    }
    return Normalizer.isNormalized(b + a, Form.NFD) ? 0 : -1;
  }

  private static boolean isOfClassZero(String mark) {
    return Normalizer.isNormalized(HIGH_CLASS + mark, Form.NFD)
        && Normalizer.isNormalized(mark + LOWEST_CLASS, Form.NFD);
  }
}
