package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a field's value may be, as JSON.
public sealed interface Kind {
  /// The type in words, as a refusal names it.
  String type();

  /// Whether a value has that type.
  boolean fits(JsonNode value);

  /// What a value of that type must be beyond it; empty if it is.
  default Optional<String> unless(JsonNode value) {
    return Optional.empty();
  }

  /// What it may be, as a sentence; empty where there is nothing to say.
  default String range() {
    return switch (this) {
      case Whole(int low, int high) -> "%d to %d.".formatted(low, high);
      case Word word -> word.listed() + ".";
      case Text _, Real _, Flag _, Mapping _, Own _ -> "";
    };
  }

  /// A text.
  ///
  /// @param longest in characters
  record Text(int longest) implements Kind {
    /// A text of any length.
    static final Text ANY = new Text(Integer.MAX_VALUE);

    @Override
    public String type() {
      return "a string";
    }

    @Override
    public boolean fits(JsonNode value) {
      return value.isTextual();
    }
  }

  /// One of some words.
  ///
  /// @param anyCase whether capitals count as their small letters
  /// @param why follows the words in a refusal
  record Word(List<String> words, boolean anyCase, String why) implements Kind {
    Word(String... words) {
      this(List.of(words), false, "");
    }

    public Word {
      words = List.copyOf(words);
    }

    @Override
    public String type() {
      return "a string";
    }

    @Override
    public boolean fits(JsonNode value) {
      return value.isTextual();
    }

    @Override
    public Optional<String> unless(JsonNode value) {
      String given = value.textValue();
      boolean known = words.contains(anyCase ? given.toLowerCase(Locale.ROOT) : given);
      return known ? Optional.empty() : Optional.of(allowed());
    }

    private String allowed() {
      return listed() + why;
    }

    /// `a, b or c`.
    String listed() {
      int last = words.size() - 1;
      return last == 0
          ? words.getFirst()
          : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
  }

  /// A whole number.
  record Whole(int low, int high) implements Kind {
    @Override
    public String type() {
      return "a whole number";
    }

    @Override
    public boolean fits(JsonNode value) {
      return value.isIntegralNumber() && value.canConvertToInt();
    }

    @Override
    public Optional<String> unless(JsonNode value) {
      int number = value.intValue();
      return number < low || number > high ? Optional.of(low + " to " + high) : Optional.empty();
    }
  }

  /// A number.
  ///
  /// @param low empty: any finite number
  /// @param high empty: any
  /// @param open whether it lies between the two, rather than may be one of them
  record Real(Optional<Double> low, Optional<Double> high, boolean open) implements Kind {
    static final Real FINITE = new Real(Optional.empty(), Optional.empty(), false);
    static final Real NOT_NEGATIVE = new Real(Optional.of(0.0), Optional.empty(), false);

    /// Between 0 and 1.
    static final Real FRACTION = new Real(Optional.of(0.0), Optional.of(1.0), true);

    @Override
    public String type() {
      return "a number";
    }

    @Override
    public boolean fits(JsonNode value) {
      return value.isNumber();
    }

    @Override
    public Optional<String> unless(JsonNode value) {
      double number = value.doubleValue();
      boolean inside =
          Math.abs(number) <= Float.MAX_VALUE
              && (open ? number > low.orElseThrow() : number >= low.orElse(number))
              && (open ? number < high.orElseThrow() : number <= high.orElse(number));
      return inside ? Optional.empty() : Optional.of(allowed());
    }

    private String allowed() {
      return open
          ? "between 0 and 1"
          : high.isPresent()
              ? "a number from 0 to 1"
              : low.isPresent() ? "a number of 0 or more" : "a finite number";
    }
  }

  /// True or false.
  ///
  /// @param refusedBecause why true is refused; empty: it is not
  record Flag(String refusedBecause) implements Kind {
    static final Flag ANY = new Flag("");

    @Override
    public String type() {
      return "true or false";
    }

    @Override
    public boolean fits(JsonNode value) {
      return value.isBoolean();
    }

    @Override
    public Optional<String> unless(JsonNode value) {
      return value.booleanValue() && !refusedBecause.isEmpty()
          ? Optional.of("false: " + refusedBecause)
          : Optional.empty();
    }
  }

  /// An object of any content.
  record Mapping() implements Kind {
    @Override
    public String type() {
      return "an object";
    }

    @Override
    public boolean fits(JsonNode value) {
      return value.isObject();
    }
  }

  /// What its own reader reads.
  record Own(Form form) implements Kind {
    /// Its forms in JSON.
    public enum Form {
      /// A whole number, or a list of those.
      SEEDS,
      /// An object, a share, or true or false.
      FORECAST,
      /// An object, or a text with its JSON.
      OBJECT_OR_TEXT,
      /// A list of objects with `name`, `path` and `scale`.
      ADAPTERS,
      /// A list of objects with `image_url` or `file_id`.
      PICTURES,
      /// One of those.
      PICTURE,
      /// An object with `base_shift`, `max_shift` and `shift_terminal`.
      SCHEDULER
    }

    @Override
    public String type() {
      return "of its own form";
    }

    @Override
    public boolean fits(JsonNode value) {
      return true;
    }
  }
}
