package io.inkstream.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How the text of a setting is read: one grammar for each kind of value.
///
/// @param <T> what it is read as
public sealed interface Kind<T> {
  /// @param text neither blank nor with blanks around it
  /// @throws IllegalArgumentException if it is not [#allowed]
  T read(String text);

  /// What a value must be, after "must be".
  String allowed();

  /// What stands for the value in a command's help; empty: the last word of the setting's name.
  default Optional<String> label() {
    return Optional.empty();
  }

  /// Whether a text is not read but what is read, as a program would write it: `true` for `json`.
  default boolean isWritten(String text) {
    return false;
  }

  /// What is wrong with a text, after the setting's name.
  default String refusal(String text) {
    return "is '" + text + "', must be " + allowed();
  }

  /// A whole number with its bounds.
  record Whole(int low, int high) implements Kind<Integer> {
    @Override
    public Integer read(String text) {
      int number = Integer.parseInt(text);
      require(number >= low && number <= high);
      return number;
    }

    @Override
    public String allowed() {
      return low + " to " + high;
    }

    @Override
    public Optional<String> label() {
      return Optional.of("N");
    }
  }

  /// A whole number of seconds with its bounds.
  record Seconds(int low, int high) implements Kind<Duration> {
    @Override
    public Duration read(String text) {
      return Duration.ofSeconds(new Whole(low, high).read(text));
    }

    @Override
    public String allowed() {
      return low + " to " + high;
    }

    @Override
    public Optional<String> label() {
      return Optional.of("SECONDS");
    }
  }

  /// A time: a whole number of seconds, or with `s`, `m`, `h` or `d`; not zero.
  record Time() implements Kind<Duration> {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smhd]?)");

    @Override
    public Duration read(String text) {
      Matcher matcher = matched(text, FORM);
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        case "d" -> Duration.ofDays(number);
        default -> Duration.ofSeconds(number);
      };
    }

    @Override
    public String allowed() {
      return "a time such as 90s, 30m, 24h or 7d";
    }

    @Override
    public Optional<String> label() {
      return Optional.of("TIME");
    }
  }

  /// A size in bytes: a whole number, with `K`, `M`, `G` or `T` for powers of 1024, and a `B` or
  /// none after it.
  record Size(long low, long high, String allowed) implements Kind<Long> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})([kmgt]?)b?");
    private static final long LARGEST = 999_999L << 40;

    /// Any size.
    Size() {
      this(0, LARGEST, "a size such as 500M or 1G");
    }

    static Size atLeast(long low, String allowed) {
      return new Size(low, LARGEST, allowed);
    }

    @Override
    public Long read(String text) {
      Matcher matcher = matched(text, FORM);
      int power = " kmgt".indexOf(matcher.group(2)); // "" is found at 0
      long number = Long.parseLong(matcher.group(1));
      require(number <= high >> (10 * power));
      long bytes = number << (10 * power);
      require(bytes >= low);
      return bytes;
    }

    @Override
    public Optional<String> label() {
      return Optional.of("SIZE");
    }
  }

  /// Whether: SGLang's words for true and false. Its flag takes no value.
  record Flag() implements Kind<Boolean> {
    @Override
    public Boolean read(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "1", "yes", "y", "t", "on" -> true;
        case "false", "0", "no", "n", "f", "off" -> false;
        default -> throw new IllegalArgumentException();
      };
    }

    @Override
    public String allowed() {
      return "true or false";
    }
  }

  /// Any text.
  record Text() implements Kind<String> {
    @Override
    public String read(String text) {
      return text;
    }

    @Override
    public String allowed() {
      return "a text";
    }
  }

  /// A folder or a file, whether or not it is there.
  ///
  /// @param allowed `a folder` or `a file`
  record Place(String allowed) implements Kind<Path> {
    static final Place FOLDER = new Place("a folder");
    static final Place FILE = new Place("a file");

    @Override
    public Path read(String text) {
      return Path.of(text);
    }

    @Override
    public Optional<String> label() {
      return Optional.of(this.equals(FOLDER) ? "DIR" : "FILE");
    }
  }

  /// One of some words; case does not count.
  ///
  /// @param words in lower case, with what each means
  record Choice<T>(String allowed, Map<String, T> words) implements Kind<T> {
    /// The constants of an enumeration, by the words that they are written as.
    static <T> Choice<T> of(List<T> values) {
      Map<String, T> words = new LinkedHashMap<>();
      values.forEach(value -> words.put(value.toString(), value));
      return new Choice<>("one of " + words.keySet(), words);
    }

    @Override
    public T read(String text) {
      return Optional.ofNullable(words.get(text.toLowerCase(Locale.ROOT)))
          .orElseThrow(IllegalArgumentException::new);
    }

    @Override
    public boolean isWritten(String text) {
      return words.values().stream().map(String::valueOf).anyMatch(text::equalsIgnoreCase);
    }
  }

  /// A value of another room, which reads it.
  ///
  /// @param reader throws an [IllegalArgumentException] for what is not allowed
  record Foreign<T>(String allowed, Function<String, T> reader) implements Kind<T> {
    @Override
    public T read(String text) {
      return reader.apply(text);
    }
  }

  /// Pairs `KEY=VALUE` between commas.
  record Pairs() implements Kind<Map<String, String>> {
    @Override
    public Map<String, String> read(String text) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (String pair : Arrays.asList(text.split(",", -1))) {
        int equals = pair.indexOf('=');
        require(equals >= 1);
        pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
      return pairs;
    }

    @Override
    public String allowed() {
      return "KEY=VALUE,…";
    }

    @Override
    public Optional<String> label() {
      return Optional.of(allowed());
    }
  }

  /// Secrets between commas; nothing shows them. The flag may be given more than once.
  record Keys() implements Kind<List<String>> {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e]{1,512}");

    @Override
    public List<String> read(String text) {
      return ofLines(parts(text));
    }

    /// @throws IllegalArgumentException if one is no key; empty ones are left out
    static List<String> ofLines(List<String> lines) {
      var keys = lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
      require(keys.stream().allMatch(key -> KEY.matcher(key).matches()));
      return keys;
    }

    @Override
    public String allowed() {
      return "1 to 512 visible ASCII characters without commas";
    }

    @Override
    public String refusal(String text) {
      return "has a key that is not " + allowed();
    }

    @Override
    public Optional<String> label() {
      return Optional.of("KEY");
    }
  }

  /// Values of one kind between commas, one or more. The flag may be given more than once.
  ///
  /// @param reader of each, throws an [IllegalArgumentException] for what is not allowed
  record Several<T>(String allowed, Function<String, T> reader) implements Kind<List<T>> {
    static Several<String> of(String allowed) {
      return new Several<>(allowed, text -> text);
    }

    @Override
    public List<T> read(String text) {
      var parts = parts(text);
      require(!parts.isEmpty());
      return parts.stream().map(reader).toList();
    }
  }

  /// Whether the flag may be given more than once.
  default boolean repeats() {
    return this instanceof Keys || this instanceof Several<?>;
  }

  /// What stands between commas.
  static List<String> parts(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  private static Matcher matched(String text, Pattern form) {
    var matcher = form.matcher(text.toLowerCase(Locale.ROOT));
    require(matcher.matches());
    return matcher;
  }

  private static void require(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException();
    }
  }
}
