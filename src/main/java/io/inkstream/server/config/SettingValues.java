package io.inkstream.server.config;

import io.inkstream.server.config.Standing.Accepted;
import io.inkstream.server.config.Standing.Honoured;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/// What was given for the settings: by flags, variables and files, in this order. An empty text is
/// as none.
public final class SettingValues {
  private final Config config;

  private SettingValues(Config config) {
    this.config = config;
  }

  /// What a configuration says.
  ///
  /// @throws SettingException if something is given that has no effect, and another value than the
  ///   allowed ones
  public static SettingValues of(Config config) {
    var values = new SettingValues(config);
    Settings.all().forEach(values::requireStanding);
    return values;
  }

  private void requireStanding(Setting<?> setting) {
    switch (setting.standing()) {
      case Honoured() -> {} // whoever reads it checks it
      case Accepted(String _) -> find(setting);
    }
  }

  /// What was given without effect, a line each.
  public List<String> warnings() {
    return new SettingWarnings(this).lines();
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
    return text(setting.property()).map(text -> setting.read(text, isByFlag(setting)));
  }

  /// The text that was given for a property, if any.
  Optional<String> text(String property) {
    return Optional.ofNullable(config.getConfigValue(property).getValue())
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /// Whether a property is given without a value.
  boolean isEmpty(String property) {
    String value = config.getConfigValue(property).getValue();
    return value != null && value.isBlank();
  }

  /// How it was given: by its flag, or by its variable, which stands for the property, too.
  String givenAs(Setting<?> setting) {
    return isByFlag(setting) ? setting.flags().getFirst() : setting.variable();
  }

  /// The variables of all that was given, of whatever program.
  Stream<String> variables() {
    return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
        .map(Setting::variable)
        .distinct();
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
    return setting.refused(isByFlag(setting), why);
  }

  boolean isByFlag(Setting<?> setting) {
    int ordinal = config.getConfigValue(setting.property()).getSourceOrdinal();
    return ordinal == SettingSources.FLAGS;
  }
}
