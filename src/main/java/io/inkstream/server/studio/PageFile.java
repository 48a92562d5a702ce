package io.inkstream.server.studio;

import jakarta.ws.rs.core.EntityTag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file of the page, as it lies in the program.
///
/// @param tag changes with the contents
@SuppressWarnings("ArrayRecordComponent") // written once, compared never
record PageFile(byte[] bytes, String mediaType, EntityTag tag) {
  static final String INDEX = "index.html";

  private static final String FOLDER = "page/";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.(html|js|css|svg)");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=UTF-8",
          "js", "text/javascript;charset=UTF-8",
          "css", "text/css;charset=UTF-8",
          "svg", "image/svg+xml");

  /// Reads one.
  ///
  /// @param name without a folder; empty if there is none of that name
  static Optional<PageFile> read(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String type = String.valueOf(TYPES.get(matcher.group(1)));
    try (InputStream in = PageFile.class.getResourceAsStream(FOLDER + name)) {
      return in == null ? Optional.empty() : Optional.of(of(in.readAllBytes(), type));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PageFile of(byte[] bytes, String type) {
    return new PageFile(bytes, type, new EntityTag(digest(bytes)));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(sum, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
