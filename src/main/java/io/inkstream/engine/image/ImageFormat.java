package io.inkstream.engine.image;

import java.util.Locale;

/// The file formats that pictures are answered in.
public enum ImageFormat {
  PNG("image/png", "png"),
  JPEG("image/jpeg", "jpg"),
  WEBP("image/webp", "webp");

  private final String mediaType;
  private final String extension;

  ImageFormat(String mediaType, String extension) {
    this.mediaType = mediaType;
    this.extension = extension;
  }

  /// The value of a `Content-Type` header, such as `image/png`.
  public String mediaType() {
    return mediaType;
  }

  /// The end of a file's name, without the dot.
  public String extension() {
    return extension;
  }

  /// The format of that name, in any case; `jpg` and `jpeg` are the same.
  ///
  /// @throws IllegalArgumentException if it is none of them
  public static ImageFormat named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "png" -> PNG;
      case "jpg", "jpeg" -> JPEG;
      case "webp" -> WEBP;
      default ->
          throw new IllegalArgumentException(
              "image format '" + name + "': must be png, jpeg (or jpg) or webp");
    };
  }
}
