package io.inkstream.server.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One setting as it was given.
///
/// @param prefix with its last dot
/// @param name after the prefix, such as `max-queued-requests`
/// @param value blank counts as not given
record Setting(String prefix, String name, Optional<String> value) {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,6}|[0-9]{1,15}(?!.*[kmgt]))([kmgt]?)b?");
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,8})([smhd]?)");

  Setting {
    value = value.map(String::strip).filter(text -> !text.isEmpty());
  }

  Setting(String name, Optional<String> value) {
    this("inkstream.", name, value);
  }

  /// The value as a whole number.
  ///
  /// @throws SettingException if it is none, or out of bounds
  Optional<Integer> number(int low, int high) {
    return parsed(
        low + " to " + high,
        text -> {
          int number = Integer.parseInt(text);
          if (number < low || number > high) {
            throw new IllegalArgumentException();
          }
          return number;
        });
  }

  /// @throws SettingException if the value is neither `true` nor `false`
  Optional<Boolean> flag() {
    return parsed(
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "1", "yes", "y", "t", "on" -> true;
              case "false", "0", "no", "n", "f", "off" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /// A size in bytes: a whole number, with `K`, `M`, `G` or `T` for powers of 1024.
  ///
  /// @throws SettingException if it has another form
  Optional<Long> bytes() {
    return parsed(
        "a size such as 500M or 1G",
        text -> {
          var matcher = matched(text, SIZE);
          int power = " kmgt".indexOf(matcher.group(2)); // "" is found at 0
          return Long.parseLong(matcher.group(1)) << (10 * power);
        });
  }

  /// A time: a whole number of seconds, or with `s`, `m`, `h` or `d`.
  ///
  /// @throws SettingException if it has another form, or is zero
  Optional<Duration> duration() {
    return parsed(
        "a time such as 90s, 30m, 24h or 7d",
        text -> {
          var matcher = matched(text, TIME);
          long number = Long.parseLong(matcher.group(1));
          return switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
          };
        });
  }

  private static Matcher matched(String text, Pattern form) {
    var matcher = form.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException();
    }
    return matcher;
  }

  /// The value as `parse` reads it.
  ///
  /// @param parse throws an [IllegalArgumentException] for what is not allowed
  /// @throws SettingException if it does
  <T> Optional<T> parsed(String allowed, Function<String, T> parse) {
    return value.map(text -> {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw refused(allowed);
      }
    });
  }

  /// The failure that says what the value must be.
  SettingException refused(String allowed) {
    return new SettingException(
        "%s%s (%s) is '%s', must be %s"
            .formatted(prefix, name, variable(prefix + name), value.orElse(""), allowed));
  }

  /// The variable of a property: `SGLANG_CACHE_DIT_FN` of `sglang.cache-dit.fn`.
  static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
