package io.inkstream.config;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// One setting as it was given.
///
/// @param prefix with its last dot
/// @param name after the prefix, such as `max-queued-requests`
/// @param value blank counts as not given
record Setting(String prefix, String name, Optional<String> value) {
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
