package io.inkstream.server.config;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// Values for tests, of these sources alone.
public final class Given {
  private Given() {}

  /// As of a file.
  public static SettingValues properties(Map<String, String> properties) {
    return of(new PropertiesConfigSource(properties, "test", 250));
  }

  static SettingValues variables(Map<String, String> variables) {
    return of(new EnvConfigSource(variables, 300));
  }

  private static SettingValues of(ConfigSource source) {
    return SettingValues.of(new SmallRyeConfigBuilder().withSources(source).build());
  }
}
