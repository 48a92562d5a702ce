package io.inkstream.engine.hub;

import io.inkstream.engine.weights.HubFolders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How the Hub is reached, by the variables of `huggingface_hub`.
///
/// @param endpoint `HF_ENDPOINT`, else Hugging Face's own
/// @param token `HF_TOKEN`, else what the file of a login holds; only the endpoint gets it
/// @param cache where models lie
public record HubAccess(URI endpoint, Optional<String> token, Path cache) {
  private static final String ENDPOINT = "HF_ENDPOINT";
  private static final String PUBLIC = "https://huggingface.co";
  private static final List<String> OFFLINE = List.of("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE");
  private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

  /// @param environment the process's variables
  /// @throws HubException if one of them is not allowed, or forbids to ask
  public static HubAccess of(Map<String, String> environment) {
    for (String forbidding : OFFLINE) {
      if (isTrue(environment, forbidding)) {
        throw new HubException(forbidding + " is set, which forbids to ask the Hub");
      }
    }
    var folders = new HubFolders(environment);
    return new HubAccess(endpoint(environment), token(environment, folders), folders.cache());
  }

  /// Whether `HF_HUB_OFFLINE` (or `TRANSFORMERS_OFFLINE`) forbids to ask.
  public static boolean isOffline(Map<String, String> environment) {
    return OFFLINE.stream().anyMatch(name -> isTrue(environment, name));
  }

  private static boolean isTrue(Map<String, String> environment, String name) {
    return TRUE.contains(environment.getOrDefault(name, "").strip().toLowerCase(Locale.ROOT));
  }

  private static URI endpoint(Map<String, String> environment) {
    String given = environment.getOrDefault(ENDPOINT, "").strip();
    String text = (given.isEmpty() ? PUBLIC : given).replaceAll("/+$", "");
    try {
      URI uri = URI.create(text);
      if (Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null) {
        return uri;
      }
      throw notAnEndpoint(given);
    } catch (IllegalArgumentException e) {
      throw notAnEndpoint(given);
    }
  }

  private static HubException notAnEndpoint(String given) {
    return HubException.variable(
        "%s is '%s', must be an http or https address such as %s"
            .formatted(ENDPOINT, HubException.shown(given), PUBLIC));
  }

  private static Optional<String> token(Map<String, String> environment, HubFolders folders) {
    return isTrue(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN")
        ? Optional.empty()
        : given(environment, "HF_TOKEN")
            .or(() -> given(environment, "HUGGING_FACE_HUB_TOKEN"))
            .or(() -> inFile(folders.token()));
  }

  private static Optional<String> given(Map<String, String> environment, String name) {
    return checked(environment.getOrDefault(name, ""), name);
  }

  private static Optional<String> inFile(Path file) {
    try {
      return Files.isRegularFile(file)
          ? checked(Files.readString(file), file.toString())
          : Optional.empty();
    } catch (IOException e) {
      throw new HubException("the token's file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Optional<String> checked(String text, String place) {
    String token = text.replace("\r", "").replace("\n", "").strip();
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw HubException.variable(
          "the token in " + place + " is none: it has blanks or letters that no token has");
    }
    return Optional.of(token).filter(some -> !some.isEmpty());
  }

  /// Without the token.
  @Override
  public String toString() {
    return "HubAccess[endpoint=" + endpoint + ", cache=" + cache + "]";
  }
}
