package io.inkstream.engine.weights;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where `huggingface_hub` keeps what is its own, by the variables that it reads.
///
/// @param environment the process's variables
public record HubFolders(Map<String, String> environment) {
  /// Of the token and the cache: `HF_HOME`, else `XDG_CACHE_HOME/huggingface`, else
  /// `~/.cache/huggingface`.
  public Path home() {
    return path("HF_HOME")
        .orElseGet(() ->
            path("XDG_CACHE_HOME")
                .orElseGet(() -> user().resolve(".cache"))
                .resolve("huggingface"));
  }

  /// Of models: `HF_HUB_CACHE`, or what it was called before, else `hub` of [#home].
  public Path cache() {
    return path("HF_HUB_CACHE")
        .or(() -> path("HUGGINGFACE_HUB_CACHE"))
        .orElseGet(() -> home().resolve("hub"));
  }

  /// The file with the token: `HF_TOKEN_PATH`, else `token` of [#home].
  public Path token() {
    return path("HF_TOKEN_PATH").orElseGet(() -> home().resolve("token"));
  }

  private Optional<Path> path(String variable) {
    String value = environment.getOrDefault(variable, "");
    if (value.isBlank()) {
      return Optional.empty();
    }
    boolean underUser = value.equals("~") || value.startsWith("~/");
    return Optional.of(
        underUser ? user().resolve(value.substring(Math.min(2, value.length()))) : Path.of(value));
  }

  private Path user() {
    String user = environment.getOrDefault("HOME", "");
    return Path.of(user.isBlank() ? System.getProperty("user.home", "") : user);
  }
}
