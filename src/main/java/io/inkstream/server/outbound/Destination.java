package io.inkstream.server.outbound;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/// Whom to ask, an `http` or `https` URL. What its host's addresses are is looked up at each
/// request anew.
public record Destination(URI url) {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final int LONGEST = 2048;

  /// What a text must be, after "must be".
  public static final String ALLOWED =
      "an http or https URL of up to 2048 characters, without a user or a fragment";

  /// @throws IllegalArgumentException if it is not [#ALLOWED]
  public static Destination parse(String text) {
    try {
      URI url = new URI(text);
      if (text.length() > LONGEST || !isAllowed(url)) {
        throw new IllegalArgumentException(ALLOWED);
      }
      return new Destination(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(ALLOWED, e);
    }
  }

  private static boolean isAllowed(URI url) {
    return url.getScheme() != null
        && SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))
        && url.getHost() != null
        && url.getRawUserInfo() == null
        && url.getRawFragment() == null
        && url.getPort() != 0
        && url.getPort() <= 65_535;
  }

  public boolean isSecure() {
    return url.getScheme().equalsIgnoreCase("https");
  }

  /// The name or the address to look up.
  public String host() {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  public int port() {
    return url.getPort() != -1 ? url.getPort() : isSecure() ? 443 : 80;
  }

  /// What the request's `Host` says.
  public String authority() {
    return url.getPort() == -1 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  public String pathAndQuery() {
    String path = url.getRawPath();
    String query = url.getRawQuery();
    return (path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  /// Scheme, host and port: a path may hold a secret.
  @Override
  public String toString() {
    return url.getScheme() + "://" + authority();
  }
}
