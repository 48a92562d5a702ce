package io.inkstream.server.config;

import io.smallrye.config.DotEnvConfigSourceProvider;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// Where a command's settings come from: its flags, then variables, then the file that it names,
/// then `config/application.properties`. The server reads its own there too, by Quarkus.
///
/// @param flags by the settings' properties
public record SettingSources(Map<String, String> flags, Optional<Path> file) {
  /// Above properties of the Java machine, 400, and variables, 300.
  static final int FLAGS = 500;

  private static final int BELOW_VARIABLES = 270;
  // Where Quarkus reads its file, and what it gives way to.
  private static final Path USUAL = Path.of("config", "application.properties");
  private static final int USUAL_ORDINAL = 260;

  public SettingSources {
    flags = Map.copyOf(flags);
  }

  /// The values for a command that runs without Quarkus.
  ///
  /// @throws SettingException if the file cannot be read
  public SettingValues values() {
    var builder =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDefaultSources()
            .withProfile("prod")
            .withSources(new DotEnvConfigSourceProvider())
            .withSources(own());
    if (Files.isRegularFile(USUAL)) {
      builder.withSources(read(USUAL, USUAL_ORDINAL));
    }
    return SettingValues.of(builder.build());
  }

  /// Lets Quarkus read them, which then starts in this process.
  ///
  /// @throws SettingException if the file cannot be read
  public void announce() {
    AnnouncedSources.set(own());
  }

  /// The same with more properties beside the flags.
  public SettingSources with(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(flags);
    all.putAll(properties);
    return new SettingSources(all, file);
  }

  private List<ConfigSource> own() {
    List<ConfigSource> sources = new ArrayList<>();
    sources.add(new PropertiesConfigSource(flags, "flags", FLAGS));
    file.ifPresent(path -> sources.add(read(path, BELOW_VARIABLES)));
    return sources;
  }

  private static ConfigSource read(Path path, int ordinal) {
    if (FlagFile.is(path)) {
      return new PropertiesConfigSource(FlagFile.read(path).properties(), path.toString(), ordinal);
    }
    try {
      return new PropertiesConfigSource(path.toUri().toURL(), ordinal);
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw FlagFile.missing(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingException(path + " cannot be read: " + e.getMessage(), true);
    }
  }
}
