package io.inkstream.engine.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// What a file's bytes add up to, which is its name in the cache, too: SHA-256 of what Git LFS
/// keeps, else the SHA-1 by which Git names it.
///
/// @param hex 64 or 40 lower-case digits
record Checksum(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  Checksum {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(hex);
    }
  }

  /// Begins to add up a file of so many bytes.
  MessageDigest begin(long size) {
    try {
      if (hex.length() == 64) {
        return MessageDigest.getInstance("SHA-256");
      }
      var digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII)); // Git's header
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has both
    }
  }

  boolean matches(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).equals(hex);
  }
}
