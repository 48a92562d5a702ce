package io.inkstream.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A setting: all that is said of it, said once. [Settings] is the table of them.
///
/// @param property in files, `inkstream.threads`
/// @param flags of the command line, the first of which is shown; none: there is only the variable
/// @param initial the value if nobody gives one; empty: there is none
/// @param shown that default in words
/// @param help a line, without the default; words of code stand between backquotes
public record Setting<T>(
    String name,
    String property,
    List<String> flags,
    Kind<T> kind,
    Optional<T> initial,
    String shown,
    String help,
    Standing standing) {
  /// What the flag of a setting begins with that switches it off.
  static final String NEGATED = "--no-";

  public Setting {
    flags = List.copyOf(flags);
  }

  /// The environment variable, `INKSTREAM_THREADS`.
  public String variable() {
    return variable(property);
  }

  /// Whether its flag may be the whole of it, such as `--no-spinning`.
  public boolean isSwitch() {
    return kind instanceof Kind.Flag;
  }

  /// A line for the flag, with the default.
  public String flagHelp() {
    String line = help.replace("`", "");
    return isSwitch() ? line : line + " Default: " + shown.replace("`", "") + ".";
  }

  /// Whether it is Quarkus's own, which reads it.
  public boolean isQuarkuss() {
    return property.startsWith("quarkus.");
  }

  /// Whether a flag of its takes no value, as it says one: `--no-spinning`.
  public boolean isNegated(String flag) {
    return isSwitch() && flag.startsWith(NEGATED);
  }

  /// What a switch's shown flag alone makes of it.
  public boolean switched() {
    return !initial.equals(Optional.of(true));
  }

  /// What its flag means in the place of the property's text.
  ///
  /// @param flag one of [#flags]
  /// @param given after a flag that takes a value
  /// @throws SettingException if Quarkus could not read it
  public String ofFlag(String flag, List<String> given) {
    if (isNegated(flag)) {
      return "false";
    }
    String text = String.join(",", given);
    return isQuarkuss() ? String.valueOf(read(text, true)) : text;
  }

  /// What Quarkus is told for a text of a variable or a file, which may be written as Quarkus does
  /// or as after the flag.
  ///
  /// @throws SettingException if Quarkus could not read it
  String ofProperty(String text) {
    return kind.isWritten(text) ? text : String.valueOf(read(text, false));
  }

  /// Its default as Quarkus is told it.
  String ofDefault() {
    return String.valueOf(read(shown, false));
  }

  /// @param byFlag whether a flag said it
  /// @throws SettingException if the text is not allowed
  T read(String text, boolean byFlag) {
    try {
      return kind.read(text);
    } catch (IllegalArgumentException e) {
      throw refused(byFlag, kind.refusal(text));
    }
  }

  SettingException refused(boolean byFlag, String why) {
    return new SettingException((byFlag ? flags.getFirst() : named()) + " " + why, byFlag);
  }

  /// `inkstream.threads (INKSTREAM_THREADS)`.
  String named() {
    return "%s (%s)".formatted(property, variable());
  }

  /// What stands for the value in a command's help, `N`.
  public String label() {
    String word = name.substring(name.lastIndexOf('-') + 1);
    return kind.label().orElse(word.toUpperCase(Locale.ROOT));
  }

  /// The variable of a property: `SGLANG_CACHE_DIT_FN` of `sglang.cache-dit.fn`.
  static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
