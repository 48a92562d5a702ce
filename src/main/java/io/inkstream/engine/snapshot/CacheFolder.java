package io.inkstream.engine.snapshot;

import java.nio.file.Path;
import java.util.Map;

/// The folder for what can be made again: `XDG_CACHE_HOME/inkstream`, else `~/.cache/inkstream`.
public record CacheFolder(Path path) {
  /// @param environment the process's variables
  public static CacheFolder of(Map<String, String> environment) {
    return new CacheFolder(caches(environment).resolve("inkstream"));
  }

  private static Path caches(Map<String, String> environment) {
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!caches.isBlank()) {
      return Path.of(caches);
    }
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isBlank() ? System.getProperty("user.home", "") : home).resolve(".cache");
  }
}
