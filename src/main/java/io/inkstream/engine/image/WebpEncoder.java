package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/// Writes lossless WebP: a RIFF file with one `VP8L` chunk (WebP Lossless Bitstream Specification).
///
/// Green is subtracted from red and blue, each block of pixels is predicted by the best of the
/// format's predictors, and what is left is coded with back references and prefix codes. The file
/// carries no text: the keywords are checked as in the other formats, the texts are left out.
public record WebpEncoder() implements ImageEncoder {
  static final int MAX_SIDE = 16_383;
  private static final Range QUALITIES = new Range("WebP quality", 0, 100);
  private static final int SIGNATURE = 0x2f;
  private static final int SIDE_BITS = 14;
  private static final int PREDICTOR = 0;
  private static final int SUBTRACT_GREEN = 2;

  static WebpEncoder ofQuality(int quality) {
    QUALITIES.require(quality);
    return new WebpEncoder();
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.WEBP;
  }

  /// Noise does not get smaller.
  @Override
  public long mostBytes(long pixels) {
    return 4096 + pixels * 17 / 4;
  }

  /// Colours, residuals, the chains of the search, and its tokens twice; the file grows when most
  /// of that is gone.
  @Override
  public long heapBytes(long pixels) {
    return (1 << 20) + 28 * pixels;
  }

  @Override
  public byte[] encode(Pixels pixels, Map<String, String> text) {
    pixels.requireSides(MAX_SIDE, ImageFormat.WEBP);
    text.keySet().forEach(TextKeyword::require);
    return riff(bitstream(pixels));
  }

  private static byte[] bitstream(Pixels pixels) {
    Vp8lBits out = new Vp8lBits();
    out.put(SIGNATURE, 8);
    out.put(pixels.width() - 1, SIDE_BITS);
    out.put(pixels.height() - 1, SIDE_BITS);
    out.put(pixels.alpha().isPresent() ? 1 : 0, 1); // whether alpha is used
    out.put(0, 3); // version
    startTransform(SUBTRACT_GREEN, out);
    Vp8lPredictor predictor = new Vp8lPredictor(greenSubtracted(pixels), pixels.width());
    int[] residuals = predictor.residuals();
    startTransform(PREDICTOR, out);
    out.put(Vp8lPredictor.BLOCK_BITS - 2, 3);
    out.put(0, 1); // no colour cache
    Vp8lImage.of(predictor.modes(), predictor.blocksPerRow()).write(out);
    out.put(0, 1); // no more transforms
    out.put(0, 1); // no colour cache
    out.put(0, 1); // the same prefix codes everywhere
    Vp8lImage.of(residuals, pixels.width()).write(out);
    return out.toByteArray();
  }

  private static void startTransform(int kind, Vp8lBits out) {
    out.put(1, 1);
    out.put(kind, 2);
  }

  private static int[] greenSubtracted(Pixels pixels) {
    byte[] rgb = pixels.rgb();
    Optional<byte[]> alpha = pixels.alpha().map(Plane::samples);
    int[] out = new int[rgb.length / Pixels.CHANNELS];
    for (int i = 0; i < out.length; i++) {
      int green = rgb[3 * i + 1] & 0xff;
      int red = (rgb[3 * i] - green) & 0xff;
      int blue = (rgb[3 * i + 2] - green) & 0xff;
      int opacity = alpha.isPresent() ? alpha.get()[i] & 0xff : 0xff;
      out[i] = (opacity << 24) | (red << 16) | (green << 8) | blue;
    }
    return out;
  }

  private static byte[] riff(byte[] bitstream) {
    int padded = bitstream.length + bitstream.length % 2;
    return ByteBuffer.allocate(20 + padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(US_ASCII))
        .putInt(12 + padded)
        .put("WEBPVP8L".getBytes(US_ASCII))
        .putInt(bitstream.length)
        .put(bitstream)
        .array();
  }
}
