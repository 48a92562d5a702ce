package io.inkstream.engine.cache;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The type of a setting's values.
sealed interface CacheDitValue {
  /// The value, if JSON's value is of the type; JSON's own types are not mixed up.
  Optional<Object> ofJson(Object json);

  /// The value, if the text is one of the type.
  Optional<Object> ofText(String text);

  /// Completes "must be …".
  String allowed();

  /// An [Integer].
  record Whole() implements CacheDitValue {
    @Override
    public Optional<Object> ofJson(Object json) {
      return json instanceof Integer ? Optional.of(json) : Optional.empty();
    }

    @Override
    public Optional<Object> ofText(String text) {
      try {
        return Optional.of(Integer.valueOf(text));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    @Override
    public String allowed() {
      return "a whole number below 2147483648";
    }
  }

  /// A [Double].
  record Real() implements CacheDitValue {
    @Override
    public Optional<Object> ofJson(Object json) {
      return json instanceof Number number ? finite(number.doubleValue()) : Optional.empty();
    }

    @Override
    public Optional<Object> ofText(String text) {
      try {
        return finite(Double.parseDouble(text));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    private static Optional<Object> finite(double value) {
      return Optional.<Object>of(value).filter(_ -> Double.isFinite(value));
    }

    @Override
    public String allowed() {
      return "a number";
    }
  }

  /// A [Boolean]; as a text, SGLang's words for it.
  record Flag() implements CacheDitValue {
    @Override
    public Optional<Object> ofJson(Object json) {
      return json instanceof Boolean ? Optional.of(json) : Optional.empty();
    }

    @Override
    public Optional<Object> ofText(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "1", "true", "yes", "y", "t", "on" -> Optional.of(true);
        case "0", "false", "no", "n", "f", "off", "" -> Optional.of(false);
        default -> Optional.empty();
      };
    }

    @Override
    public String allowed() {
      return "true or false";
    }
  }

  /// A [String], one of a few, in lower case.
  record Word(List<String> words) implements CacheDitValue {
    Word(String... words) {
      this(List.of(words));
    }

    @Override
    public Optional<Object> ofJson(Object json) {
      return json instanceof String text ? ofText(text) : Optional.empty();
    }

    @Override
    public Optional<Object> ofText(String text) {
      return Optional.<Object>of(text.toLowerCase(Locale.ROOT)).filter(words::contains);
    }

    @Override
    public String allowed() {
      int last = words.size() - 1;
      return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
  }

  /// A [List] of [Integer]s of 0 or more; as a text with commas between them.
  record Bins() implements CacheDitValue {
    @Override
    public Optional<Object> ofJson(Object json) {
      return switch (json) {
        case String text -> ofText(text);
        case List<?> list when !list.isEmpty() && list.stream().allMatch(Bins::isLength) ->
            Optional.of(List.copyOf(list));
        default -> Optional.empty();
      };
    }

    private static boolean isLength(Object element) {
      return element instanceof Integer length && length >= 0;
    }

    @Override
    public Optional<Object> ofText(String text) {
      try {
        return ofJson(
            Arrays.stream(text.split(",", -1)).map(String::strip).map(Integer::valueOf).toList());
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    @Override
    public String allowed() {
      return "whole numbers of 0 or more, such as 8,3,3,2,2";
    }
  }
}
