package io.inkstream.server.config;

import io.inkstream.engine.snapshot.CacheFolder;
import io.inkstream.engine.weights.HubFolders;
import io.inkstream.server.jobstore.StoreKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Where a server with these settings listens and writes.
///
/// @param folders by what they are for
public record Places(String host, int port, Map<String, Path> folders) {
  private static final int USUAL_PORT = 30_000;

  /// As the settings say it.
  ///
  /// @throws SettingException if a value is not allowed
  public static Places of(SettingValues values) {
    int port =
        values
            .find(ServingEntries.PORT)
            .or(() -> values.find(ServingEntries.PORT_OF_PLATFORM))
            .orElse(USUAL_PORT);
    return new Places(values.find(ServingEntries.HOST).orElse("127.0.0.1"), port, folders(values));
  }

  /// The address of the Redis that jobs are in, if they are.
  ///
  /// @throws SettingException if a value is not allowed
  public static Optional<String> redis(SettingValues values) {
    return JobSettings.from(values).kind() == StoreKind.REDIS
        ? values.find(JobEntries.REDIS_HOSTS)
        : Optional.empty();
  }

  private static Map<String, Path> folders(SettingValues values) {
    Map<String, Path> folders = new LinkedHashMap<>();
    var output = OutputSettings.from(values).path();
    folders.put(
        "pictures", output.orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir", "/tmp"))));
    folders.put("cache", CacheFolder.of(System.getenv()).path());
    folders.put("hub cache", new HubFolders(System.getenv()).cache());
    return folders;
  }
}
