package io.inkstream.engine.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/// The file formats that pictures are answered in.
public enum ImageFormat {
  /// The level is a tenth of the compression (SGLang's rule).
  PNG(
      "image/png",
      compression -> Math.round(compression * 9 / 100f),
      setting -> new PngEncoder(setting.orElse(PngEncoder.DEFAULT_LEVEL)),
      "png"),
  /// Knows no quality 0.
  JPEG(
      "image/jpeg",
      compression -> Math.max(1, compression),
      setting -> new JpegEncoder(setting.orElse(JpegEncoder.DEFAULT_QUALITY)),
      "jpg",
      "jpeg"),
  WEBP(
      "image/webp",
      compression -> compression,
      setting -> WebpEncoder.ofQuality(setting.orElse(100)),
      "webp");

  private final String mediaType;
  private final IntUnaryOperator setting;
  private final Function<OptionalInt, ImageEncoder> encoder;
  private final List<String> extensions;

  ImageFormat(
      String mediaType,
      IntUnaryOperator setting,
      Function<OptionalInt, ImageEncoder> encoder,
      String... extensions) {
    this.mediaType = mediaType;
    this.setting = setting;
    this.encoder = encoder;
    this.extensions = List.of(extensions);
  }

  /// Whether files say how opaque each pixel is; where they do not, pictures are shown on white.
  public boolean keepsAlpha() {
    return switch (this) {
      case PNG, WEBP -> true;
      case JPEG -> false;
    };
  }

  /// The value of a `Content-Type` header, such as `image/png`.
  public String mediaType() {
    return mediaType;
  }

  /// The end of a file's name, without the dot.
  public String extension() {
    return extensions.getFirst();
  }

  /// What an encoder is set to.
  ///
  /// @param compression 0 to 100, as SGLang's `output_compression`
  public int setting(int compression) {
    return setting.applyAsInt(compression);
  }

  /// What writes it.
  ///
  /// @param setting PNG: compression level 0–9; JPEG: quality 1–100; WebP is always lossless, so a
  ///   quality of 0–100 is accepted and changes nothing. Empty: level 6, quality 90.
  /// @throws IllegalArgumentException if the setting is out of its range
  public ImageEncoder encoder(OptionalInt setting) {
    return encoder.apply(setting);
  }

  /// Its name on the wire, such as `jpeg`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// All names on the wire: `jpg` and `jpeg` are the same.
  public static List<String> words() {
    return Arrays.stream(values()).flatMap(ImageFormat::names).distinct().toList();
  }

  private static Stream<String> names(ImageFormat format) {
    return Stream.concat(Stream.of(format.word()), format.extensions.stream());
  }

  /// The format that a word or a file's extension means, in any case.
  public static Optional<ImageFormat> find(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> names(format).anyMatch(lower::equals))
        .findFirst();
  }

  /// The format of that name, in any case.
  ///
  /// @throws IllegalArgumentException if it is none of them
  public static ImageFormat named(String name) {
    return find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "image format '" + name + "': must be one of " + String.join(", ", words())));
  }
}
