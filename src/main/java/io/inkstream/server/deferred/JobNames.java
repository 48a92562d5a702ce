package io.inkstream.server.deferred;

import io.inkstream.server.api.KeyedAnswers;
import io.inkstream.server.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names of jobs, and of requests that come again.
final class JobNames {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final int ID_BYTES = 20;

  private JobNames() {}

  /// An id that nobody can guess: 160 random bits.
  static String newId() {
    byte[] bytes = new byte[ID_BYTES];
    // None is kept in a static field: a native image would carry its seed.
    new SecureRandom().nextBytes(bytes);
    return "imgjob-" + HexFormat.of().formatHex(bytes);
  }

  /// An id that a client chose.
  ///
  /// @throws ApiException if it cannot be one
  static String chosen(String id) {
    if (!ID.matcher(id).matches()) {
      throw ApiException.badRequest(
          "id", "id is '" + id + "', must be 1 to 64 letters, digits, - and _");
    }
    return id;
  }

  /// What a client's key is known as: another client may have the same one, and nobody can read
  /// either out of what is kept.
  ///
  /// @param authorization whose key it is
  /// @throws ApiException if it cannot be one
  static String key(String given, @Nullable String authorization) {
    if (!KEY.matcher(given).matches()) {
      throw ApiException.badRequest(
          KeyedAnswers.HEADER, KeyedAnswers.HEADER + " must be 1 to 255 visible ASCII characters");
    }
    return digest(given + "\n" + authorization);
  }

  static String digest(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
