package io.inkstream.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What becomes of a flag of SGLang's that is none of Inkstream's own.
public sealed interface SglangOutcome {
  /// Some values ask for what happens anyway; others are refused.
  ///
  /// @param values that do, in small letters
  /// @param why others are refused, with what works instead
  record Happens(List<String> values, String why) implements SglangOutcome {
    public Happens {
      values = List.copyOf(values);
    }

    boolean asked(String value) {
      return values.contains(value.toLowerCase(Locale.ROOT));
    }
  }

  /// Any value is taken: there is nothing here that it could change. A line says so.
  ///
  /// @param why in a few words
  record Idle(String why) implements SglangOutcome {}

  /// It says in SGLang's words what flags of Inkstream say in others.
  ///
  /// @param words by a pattern of the value; `$1` is its first group, no words: it happens anyway
  /// @param why other values are refused
  record Means(Map<String, String> words, String why) implements SglangOutcome {
    /// The flags in its place; empty: the value is refused.
    Optional<String> of(String value) {
      return words.entrySet().stream()
          .map(entry -> Map.entry(Pattern.compile(entry.getKey()).matcher(value), entry.getValue()))
          .filter(entry -> entry.getKey().matches())
          .map(entry -> entry.getKey().replaceFirst(entry.getValue()))
          .findFirst();
    }
  }

  /// It is refused, whatever its value.
  ///
  /// @param why with what works instead
  record Refused(String why) implements SglangOutcome {}
}
