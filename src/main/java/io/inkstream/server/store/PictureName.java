package io.inkstream.server.store;

import io.inkstream.engine.image.ImageFormat;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name of a picture's file: `img-<40 hexadecimal digits>-<variant>.<extension>`.
///
/// Only files of such a name are ever read or deleted, whatever else lies in the folder; and as an
/// id has no dots or slashes, no name leads out of it.
///
/// @param id of the answer that the picture is part of
/// @param variant its place there, from 0
/// @param extension without the dot
record PictureName(String id, int variant, String extension) {
  static final List<String> EXTENSIONS =
      Arrays.stream(ImageFormat.values()).map(ImageFormat::extension).toList();

  private static final String STEM =
      "img-[0-9a-f]{40}-[0-9]{1,3}\\.(?:" + String.join("|", EXTENSIONS) + ")";
  private static final Pattern ID = Pattern.compile("img-[0-9a-f]{40}");
  private static final Pattern FINISHED = Pattern.compile(STEM);
  private static final Pattern TEMPORARY = Pattern.compile("\\." + STEM + "\\.tmp");
  private static final int ID_BYTES = 20;

  /// An id that nobody can guess: 160 random bits.
  static String newId() {
    byte[] bytes = new byte[ID_BYTES];
    // None is kept in a static field: a native image would carry its seed.
    new SecureRandom().nextBytes(bytes);
    return "img-" + HexFormat.of().formatHex(bytes);
  }

  /// The name, if a store may give out such an id.
  static Optional<PictureName> of(String id, int variant, String extension) {
    return ID.matcher(id).matches() && variant >= 0 && variant < 1000
        ? Optional.of(new PictureName(id, variant, extension))
        : Optional.empty();
  }

  static boolean isFinished(String file) {
    return FINISHED.matcher(file).matches();
  }

  static boolean isTemporary(String file) {
    return TEMPORARY.matcher(file).matches();
  }

  String file() {
    return id + "-" + variant + "." + extension;
  }

  /// While it is being written.
  String temporaryFile() {
    return "." + file() + ".tmp";
  }
}
