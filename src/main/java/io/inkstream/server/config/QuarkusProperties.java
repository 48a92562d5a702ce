package io.inkstream.server.config;

import java.util.HashMap;
import java.util.Map;

/// Quarkus's own settings as Quarkus takes them, checked before it starts: it would answer a wrong
/// or an empty one with its traces.
public final class QuarkusProperties {
  private QuarkusProperties() {}

  /// Those that were given otherwise than Quarkus reads them: empty, in the words of the flag, or
  /// the port by `PORT`.
  ///
  /// @throws SettingException if a value is not allowed
  public static Map<String, String> of(SettingValues values) {
    Map<String, String> properties = new HashMap<>();
    Settings.all()
        .filter(setting -> setting.isQuarkuss() && !values.isByFlag(setting))
        .forEach(setting -> put(setting, values, properties));
    return properties;
  }

  private static void put(Setting<?> setting, SettingValues values, Map<String, String> into) {
    String property = setting.property();
    var given = values.text(property);
    var port = values.find(ServingEntries.PORT_OF_PLATFORM).filter(_ -> isPort(setting));
    if (given.isPresent()) {
      String text = setting.ofProperty(given.get());
      if (!text.equals(given.get())) {
        into.put(property, text);
      }
    } else if (port.isPresent()) {
      into.put(property, String.valueOf(port.get()));
    } else if (values.isEmpty(property)) {
      into.put(property, setting.ofDefault());
    }
  }

  private static boolean isPort(Setting<?> setting) {
    return setting.equals(ServingEntries.PORT);
  }
}
