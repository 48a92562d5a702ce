package io.inkstream.server.inputs;

import io.inkstream.engine.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Locale;

/// A picture in a text: `data:image/png;base64,…`, whatever type it says.
public final class DataUrl {
  private static final String SCHEME = "data:";

  private DataUrl() {}

  /// Whether a text is one.
  public static boolean is(String url) {
    return url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /// Writes its contents into a file that is not there yet.
  ///
  /// @param named what a refusal names
  /// @throws InvalidRequestException if it is not in base64
  /// @throws IOException if they cannot be written
  public static void write(String url, Path to, String named) throws IOException {
    int comma = url.indexOf(',');
    if (comma < 0 || !url.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
      throw refused(named, "a data URL with base64, as in data:image/png;base64,…");
    }
    try {
      Files.write(to, decoded(url.substring(comma + 1)), StandardOpenOption.CREATE_NEW);
    } catch (IllegalArgumentException e) {
      throw refused(named, "a data URL whose base64 can be read");
    }
  }

  /// Of whichever alphabet, with or without its last signs.
  private static byte[] decoded(String base64) {
    boolean url = base64.indexOf('-') >= 0 || base64.indexOf('_') >= 0;
    return (url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(base64);
  }

  private static InvalidRequestException refused(String named, String allowed) {
    return new InvalidRequestException(named, "%s must be of %s".formatted(named, allowed));
  }
}
