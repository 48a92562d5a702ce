package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;

/// Writes PNG: 8-bit RGB, or RGBA where a picture has alpha, not interlaced, without loss.
///
/// A text goes into a `tEXt` chunk when it is Latin-1, else into an uncompressed `iTXt` chunk in
/// UTF-8, where half a surrogate pair becomes `?`. Texts stand before the pixels.
///
/// @param compressionLevel 0 (stored, unfiltered) to 9 (smallest)
public record PngEncoder(int compressionLevel) implements ImageEncoder {
  static final int DEFAULT_LEVEL = 6;
  private static final Range LEVELS = new Range("PNG compression level", 0, 9);
  private static final byte[] EIGHT_BIT_RGB = {8, 2, 0, 0, 0};
  private static final byte[] EIGHT_BIT_RGBA = {8, 6, 0, 0, 0};

  public PngEncoder {
    LEVELS.require(compressionLevel);
  }

  public PngEncoder() {
    this(DEFAULT_LEVEL);
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.PNG;
  }

  /// Four bytes a pixel with alpha, the rows' filters, and what deflate adds to what it cannot make
  /// smaller.
  @Override
  public long mostBytes(long pixels) {
    return 4096 + pixels * 17 / 4;
  }

  /// The file, the room that it is written in, and colours beside their alpha.
  @Override
  public long heapBytes(long pixels) {
    return 2 * mostBytes(pixels) + 4 * pixels;
  }

  /// @throws IllegalArgumentException if a keyword breaks the rules or a text contains NUL
  @Override
  public byte[] encode(Pixels pixels, Map<String, String> text) {
    PngChunks chunks = new PngChunks(Math.toIntExact(mostBytes(pixels.area())));
    chunks.add("IHDR", header(pixels));
    text.forEach((keyword, value) -> addText(chunks, keyword, value));
    PngStripes.write(pixels, compressionLevel, chunks.begin("IDAT"));
    chunks.end();
    chunks.add("IEND", new byte[0]);
    return chunks.toByteArray();
  }

  private static byte[] header(Pixels pixels) {
    byte[] form = pixels.alpha().isPresent() ? EIGHT_BIT_RGBA : EIGHT_BIT_RGB;
    return ByteBuffer.allocate(2 * Integer.BYTES + form.length)
        .putInt(pixels.width())
        .putInt(pixels.height())
        .put(form)
        .array();
  }

  private static void addText(PngChunks chunks, String keyword, String value) {
    TextKeyword.require(keyword);
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("text of '" + keyword + "': must not contain NUL");
    }
    if (ISO_8859_1.newEncoder().canEncode(value)) {
      chunks.add("tEXt", (keyword + "\0" + value).getBytes(ISO_8859_1));
    } else {
      // After the keyword: not compressed, method 0, no language, no translated keyword.
      byte[] head = (keyword + "\0\0\0\0\0").getBytes(ISO_8859_1);
      byte[] body = value.getBytes(UTF_8);
      chunks.add(
          "iTXt", ByteBuffer.allocate(head.length + body.length).put(head).put(body).array());
    }
  }
}
