package io.inkstream.engine.decoder;

import io.inkstream.engine.image.ImageFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file with a picture in it, PNG, JPEG or WebP by its bytes, that has been decoded once, to its
/// end. So it is known to be whole, and cheap to hold.
///
/// @param digest SHA-256 of it, in hexadecimal
/// @param width upright, as `height` is
/// @param alpha whether it has an alpha channel
public record PictureFile(
    Path path, String digest, int width, int height, boolean alpha, DecoderLimits limits) {
  /// Looks at a file, which takes as long as to decode it.
  ///
  /// @throws ImageFormatException if it is no such picture, damaged or too large
  /// @throws IOException if it cannot be read
  public static PictureFile open(Path path, DecoderLimits limits) throws IOException {
    MessageDigest digest = sha256();
    var size = new PictureSink.Measure();
    try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
      decode(path, in, limits, size);
      in.transferTo(
          OutputStream.nullOutputStream()); // what stands behind the picture counts as well
    }
    String hex = HexFormat.of().formatHex(digest.digest());
    return new PictureFile(path, hex, size.width(), size.height(), size.alpha(), limits);
  }

  /// Its pixels.
  ///
  /// @throws ImageFormatException if it has been damaged since
  /// @throws IOException if it cannot be read any more
  public DecodedPicture decode() throws IOException {
    var whole = new PictureSink.Whole();
    try (InputStream in = Files.newInputStream(path)) {
      decode(path, in, limits, whole);
    }
    return whole.picture();
  }

  private static void decode(Path path, InputStream in, DecoderLimits limits, PictureSink sink)
      throws IOException {
    new Decoding(in, limits, sink).run(limits.pages(Files.size(path)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
