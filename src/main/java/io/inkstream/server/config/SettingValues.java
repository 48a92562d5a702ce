package io.inkstream.server.config;

import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/// What was given for the settings: by flags, variables and files, in this order. An empty text is
/// as none.
public final class SettingValues {
  private final Config config;

  public SettingValues(Config config) {
    this.config = config;
  }

  /// The value of a setting that has one in any case.
  ///
  /// @throws SettingException if the one that was given is not allowed
  <T> T get(Setting<T> setting) {
    return find(setting).or(setting::initial).orElseThrow();
  }

  /// The value that was given, if any.
  ///
  /// @throws SettingException if it is not allowed
  <T> Optional<T> find(Setting<T> setting) {
    return text(setting.property()).map(text -> setting.read(text, byFlag(setting)));
  }

  /// The text that was given for a property, if any.
  Optional<String> text(String property) {
    return Optional.ofNullable(config.getConfigValue(property).getValue())
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /// Every name that was given, of whatever program: properties, and variables as they are.
  Stream<String> names() {
    return StreamSupport.stream(config.getPropertyNames().spliterator(), false);
  }

  /// The failure that says what a value must be, as it does not go with the others.
  SettingException refused(Setting<?> setting, String allowed) {
    String text = text(setting.property()).orElse("");
    return wrong(setting, "is '%s', must be %s".formatted(text, allowed));
  }

  /// The failure of a setting.
  ///
  /// @param why after its name
  SettingException wrong(Setting<?> setting, String why) {
    return setting.refused(byFlag(setting), why);
  }

  private boolean byFlag(Setting<?> setting) {
    int ordinal = config.getConfigValue(setting.property()).getSourceOrdinal();
    return ordinal == SettingSources.FLAGS;
  }
}
