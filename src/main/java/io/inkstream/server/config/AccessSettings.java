package io.inkstream.server.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Who may ask and what is written down, checked.
///
/// @param apiKeys of which a request must bear one; none: everybody may ask
/// @param corsOrigins whose web pages may ask; `*` is all
public record AccessSettings(List<String> apiKeys, List<String> corsOrigins, boolean logPrompts) {
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e]{1,512}");
  private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#@\\s]+");

  public AccessSettings {
    apiKeys = List.copyOf(apiKeys);
    corsOrigins = List.copyOf(corsOrigins);
  }

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed, or a file of keys cannot be read; shows no
  ///   key
  public static AccessSettings from(AccessConfig config) {
    List<String> keys = new ArrayList<>();
    new Setting("api-key", config.apiKey())
        .value()
        .ifPresent(text -> keys.addAll(keys("inkstream.api-key (INKSTREAM_API_KEY)", split(text))));
    new Setting("api-key-file", config.apiKeyFile())
        .value()
        .ifPresent(file -> keys.addAll(keysOf(file)));
    return new AccessSettings(
        keys,
        new Setting("cors-origins", config.corsOrigins())
            .parsed(
                "origins such as https://example.org between commas, or *",
                text -> {
                  List<String> origins = split(text).toList();
                  origins.forEach(AccessSettings::requireOrigin);
                  return origins;
                })
            .orElse(List.of()),
        new Setting("log-prompts", config.logPrompts()).flag().orElse(false));
  }

  /// Tells no key.
  @Override
  public String toString() {
    return "AccessSettings[apiKeys=%d, corsOrigins=%s, logPrompts=%s]"
        .formatted(apiKeys.size(), corsOrigins, logPrompts);
  }

  private static List<String> keysOf(String file) {
    String name = "inkstream.api-key-file (INKSTREAM_API_KEY_FILE) '" + file + "'";
    try {
      List<String> keys = keys(name, Files.readAllLines(Path.of(file)).stream());
      if (keys.isEmpty()) {
        throw new SettingException(name + " holds no key, must hold one a line");
      }
      return keys;
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingException(name + " cannot be read: " + e);
    }
  }

  private static List<String> keys(String setting, Stream<String> texts) {
    List<String> keys = texts.map(String::strip).filter(text -> !text.isEmpty()).toList();
    if (!keys.stream().allMatch(key -> KEY.matcher(key).matches())) {
      throw new SettingException(
          setting + " has a key that is not 1 to 512 visible ASCII characters without commas");
    }
    return keys;
  }

  private static Stream<String> split(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(part -> !part.isEmpty());
  }

  private static void requireOrigin(String origin) {
    if (!Set.of("*", "null").contains(origin)
        && (!ORIGIN.matcher(origin).matches() || URI.create(origin).getHost() == null)) {
      throw new IllegalArgumentException();
    }
  }
}
