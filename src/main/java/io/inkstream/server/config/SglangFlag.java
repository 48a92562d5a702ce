package io.inkstream.server.config;

import io.inkstream.server.config.SglangOutcome.Happens;
import io.inkstream.server.config.SglangOutcome.Idle;
import io.inkstream.server.config.SglangOutcome.Means;
import io.inkstream.server.config.SglangOutcome.Refused;
import java.util.List;
import java.util.Optional;

/// A flag of SGLang's that is none of Inkstream's own, and what becomes of it.
///
/// @param names with their dashes; the first is shown
public record SglangFlag(List<String> names, Takes takes, SglangOutcome outcome) {
  /// Which words after it are its value.
  public enum Takes {
    NONE,
    /// `true` or `false`, or nothing, which is `true`.
    MAYBE,
    ONE,
    /// All up to the next flag.
    SOME
  }

  public SglangFlag {
    names = List.copyOf(names);
  }

  /// The words of Inkstream's that say the same; none where it happens anyway.
  ///
  /// @param name as it was given
  /// @throws SettingException if the value is refused
  public List<String> meaning(String name, List<String> values) {
    String value = values.isEmpty() ? "true" : String.join(",", values);
    return switch (outcome) {
      case Idle _ -> List.of();
      case Refused(String why) -> throw new SettingException(name + " is refused: " + why, true);
      case Happens happens -> {
        if (!happens.asked(value)) {
          throw refused(name, value, " must be " + or(happens.values()) + ": " + happens.why());
        }
        yield List.of();
      }
      case Means means -> {
        String words = means.of(value).orElseThrow(() -> refused(name, value, means.why()));
        yield words.isEmpty() ? List.of() : List.of(words.split(" "));
      }
    };
  }

  /// A line if it was taken without effect.
  public Optional<String> warning(String name) {
    return outcome instanceof Idle(String why)
        ? Optional.of("%s: no effect, %s".formatted(name, why))
        : Optional.empty();
  }

  private static SettingException refused(String name, String value, String why) {
    return new SettingException("%s is '%s',%s".formatted(name, value, why), true);
  }

  private static String or(List<String> words) {
    return String.join(" or ", words);
  }
}
