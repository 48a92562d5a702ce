package io.inkstream.server.config;

import static io.inkstream.server.config.AccessEntries.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Who may ask and what is written down, checked.
///
/// @param apiKeys of which a request must bear one; none: everybody may ask
/// @param corsOrigins whose web pages may ask; `*` is all
/// @param hosts under which names they may ask
public record AccessSettings(
    List<String> apiKeys, List<String> corsOrigins, AllowedHosts hosts, boolean logPrompts) {
  public AccessSettings {
    apiKeys = List.copyOf(apiKeys);
    corsOrigins = List.copyOf(corsOrigins);
  }

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed, or a file of keys cannot be read; shows no
  ///   key
  public static AccessSettings from(SettingValues values) {
    List<String> keys = new ArrayList<>(values.get(API_KEY));
    values.find(API_KEY_FILE).ifPresent(file -> keys.addAll(keysOf(values, file)));
    return new AccessSettings(
        keys, values.get(CORS_ORIGINS), hosts(values), values.get(LogEntries.LOG_PROMPTS));
  }

  private static AllowedHosts hosts(SettingValues values) {
    return values
        .find(ALLOWED_HOSTS)
        .or(() -> values.find(ServingEntries.HOST).map(AllowedHosts::of))
        .orElseGet(() -> AllowedHosts.of(ServingEntries.HOST.shown()));
  }

  /// Tells no key.
  @Override
  public String toString() {
    return "AccessSettings[apiKeys=%d, corsOrigins=%s, hosts=%s, logPrompts=%s]"
        .formatted(apiKeys.size(), corsOrigins, hosts.names(), logPrompts);
  }

  private static List<String> keysOf(SettingValues values, Path file) {
    List<String> keys;
    try {
      keys = Kind.Keys.ofLines(Files.readAllLines(file));
    } catch (IOException e) {
      throw values.wrong(API_KEY_FILE, "'%s' cannot be read: %s".formatted(file, e));
    } catch (IllegalArgumentException e) {
      throw values.wrong(API_KEY_FILE, "'%s' %s".formatted(file, API_KEY.kind().refusal("")));
    }
    if (keys.isEmpty()) {
      throw values.wrong(API_KEY_FILE, "'%s' holds no key, must hold one a line".formatted(file));
    }
    return keys;
  }
}
