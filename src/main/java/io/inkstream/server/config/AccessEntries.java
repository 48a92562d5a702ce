package io.inkstream.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Who may ask.
final class AccessEntries {
  static final Group GROUP = new Group("Access");

  private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#@\\s]+");

  static final Setting<List<String>> API_KEY =
      GROUP
          .entry("api-key", new Kind.Keys())
          .otherwise("none", List.of())
          .flag()
          .help(
              "Requests must bear this key, or another one given (between commas). Other users of"
                  + " the machine can see the flag: rather use the variable or a file.");

  static final Setting<Path> API_KEY_FILE =
      GROUP
          .entry("api-key-file", Kind.Place.FILE)
          .flag()
          .help("Requests must bear one of the keys in this file, which has one a line.");

  static final Setting<List<String>> CORS_ORIGINS =
      GROUP
          .entry(
              "cors-origins",
              new Kind.Foreign<>(
                  "origins such as https://example.org between commas, or *",
                  AccessEntries::origins))
          .otherwise("none", List.of())
          .flag()
          .help(
              "Web pages of other origins that may ask: `https://a.example,https://b.example`, or"
                  + " `*`.");

  static final Setting<AllowedHosts> ALLOWED_HOSTS =
      GROUP
          .entry(
              "allowed-hosts",
              new Kind.Foreign<>(
                  "host names such as images.example.org or *.example.org between commas, or *",
                  AllowedHosts::parse))
          .otherwise("the loopback's names if that is all that `host` listens on, else `*`")
          .flag()
          .help(
              "The names, without ports, under which the server may be asked; other `Host`s are"
                  + " refused, so that no web page can reach it by a name of its own.");

  private AccessEntries() {}

  private static List<String> origins(String text) {
    List<String> origins = Kind.parts(text);
    origins.forEach(AccessEntries::requireOrigin);
    return origins;
  }

  private static void requireOrigin(String origin) {
    if (!Set.of("*", "null").contains(origin)
        && (!ORIGIN.matcher(origin).matches() || URI.create(origin).getHost() == null)) {
      throw new IllegalArgumentException();
    }
  }
}
