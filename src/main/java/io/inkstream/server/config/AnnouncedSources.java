package io.inkstream.server.config;

import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSourceProvider;

/// What a command's flags say, for Quarkus, which finds this by its name in `META-INF/services`.
public final class AnnouncedSources implements ConfigSourceProvider {
  private static volatile List<ConfigSource> sources = List.of();

  static void set(List<ConfigSource> announced) {
    sources = List.copyOf(announced);
  }

  @Override
  public Iterable<ConfigSource> getConfigSources(ClassLoader loader) {
    return sources;
  }
}
