package io.inkstream.engine.cache;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// What a setting's values may be: their type, and of this type their range.
///
/// @param <T> of Java
sealed interface CacheDitValue<T> {
  /// The value, if JSON's value is of the type; JSON's own types are not mixed up.
  Optional<T> ofJson(Object json);

  /// The value, if the text is one of the type.
  Optional<T> ofText(String text);

  /// The type: completes "must be …".
  String allowed();

  default Object json(T value) {
    return value;
  }

  default boolean isInRange(T value) {
    return true;
  }

  /// The range: completes "must be …".
  default String range() {
    return allowed();
  }

  /// A whole number.
  record Whole(int least, int most, String range) implements CacheDitValue<Integer> {
    static final Whole LIMIT = new Whole(-1, Integer.MAX_VALUE, "0 or more, or -1 for no limit");

    static Whole atLeast(int least) {
      return new Whole(least, Integer.MAX_VALUE, least + " or more");
    }

    @Override
    public Optional<Integer> ofJson(Object json) {
      return json instanceof Integer number ? Optional.of(number) : Optional.empty();
    }

    @Override
    public Optional<Integer> ofText(String text) {
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

    @Override
    public boolean isInRange(Integer value) {
      return value >= least && value <= most;
    }
  }

  /// A finite number of 0 or more, and at most `most`.
  record Real(double most, String range) implements CacheDitValue<Double> {
    static final Real NOT_NEGATIVE = new Real(Double.MAX_VALUE, "a number of 0 or more");
    static final Real BELOW_1 = new Real(Math.nextDown(1.0), "a number of 0 or more, below 1");

    @Override
    public Optional<Double> ofJson(Object json) {
      return json instanceof Number number ? finite(number.doubleValue()) : Optional.empty();
    }

    @Override
    public Optional<Double> ofText(String text) {
      try {
        return finite(Double.parseDouble(text));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    private static Optional<Double> finite(double value) {
      return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
    }

    @Override
    public String allowed() {
      return "a number";
    }

    @Override
    public boolean isInRange(Double value) {
      return value >= 0 && value <= most;
    }
  }

  /// Yes or no; as a text, SGLang's words for it.
  record Flag() implements CacheDitValue<Boolean> {
    @Override
    public Optional<Boolean> ofJson(Object json) {
      return json instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
    }

    @Override
    public Optional<Boolean> ofText(String text) {
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

  /// One of a few, by its word in lower case.
  record Word<T>(SequencedMap<String, T> words) implements CacheDitValue<T> {
    static <E extends Enum<E>> Word<E> of(Class<E> type) {
      return new Word<>(words(type));
    }

    /// The word `none`, or one of them.
    static <E extends Enum<E>> Word<Optional<E>> noneOr(Class<E> type) {
      SequencedMap<String, Optional<E>> words = new LinkedHashMap<>();
      words.put("none", Optional.empty());
      words(type).forEach((word, value) -> words.put(word, Optional.of(value)));
      return new Word<>(words);
    }

    private static <E extends Enum<E>> SequencedMap<String, E> words(Class<E> type) {
      SequencedMap<String, E> words = new LinkedHashMap<>();
      for (E value : type.getEnumConstants()) {
        words.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), value);
      }
      return words;
    }

    @Override
    public Optional<T> ofJson(Object json) {
      return json instanceof String text ? ofText(text) : Optional.empty();
    }

    @Override
    public Optional<T> ofText(String text) {
      return Optional.ofNullable(words.get(text.toLowerCase(Locale.ROOT)));
    }

    @Override
    public String allowed() {
      List<String> all = List.copyOf(words.keySet());
      int last = all.size() - 1;
      return String.join(", ", all.subList(0, last)) + " or " + all.get(last);
    }

    @Override
    public Object json(T value) {
      return words.entrySet().stream()
          .filter(word -> word.getValue().equals(value))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElseThrow();
    }
  }

  /// Lengths of 0 or more; as a text with commas between them.
  record Bins() implements CacheDitValue<List<Integer>> {
    @Override
    public Optional<List<Integer>> ofJson(Object json) {
      return switch (json) {
        case String text -> ofText(text);
        case List<?> list when !list.isEmpty() && list.stream().allMatch(Bins::isLength) ->
            Optional.of(list.stream().map(Integer.class::cast).toList());
        default -> Optional.empty();
      };
    }

    private static boolean isLength(Object element) {
      return element instanceof Integer length && length >= 0;
    }

    @Override
    public Optional<List<Integer>> ofText(String text) {
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
