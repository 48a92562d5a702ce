package io.inkstream.engine.image;

import java.util.Map;

/// Writes baseline JPEG in a JFIF file, with the standard tables scaled as libjpeg scales them.
///
/// Colour has half the resolution each way (4:2:0) below quality 90, and the full one (4:4:4) from
/// there on. Each text becomes a comment segment `keyword NUL text` in UTF-8; a text above 65,000
/// bytes goes on in further segments with the same keyword, cut between characters.
///
/// @param quality 1 (smallest) to 100 (best)
public record JpegEncoder(int quality) implements ImageEncoder {
  static final int DEFAULT_QUALITY = 90;
  static final int MAX_SIDE = 65_500;
  private static final int FULL_COLOUR_FROM = 90;
  private static final Range QUALITIES = new Range("JPEG quality", 1, 100);

  public JpegEncoder {
    QUALITIES.require(quality);
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.JPEG;
  }

  /// What noise takes at quality 100.
  @Override
  public long mostBytes(long pixels) {
    return 4096 + pixels * 5;
  }

  /// Three planes of float32, at half resolution two of them again, and the file while it grows.
  @Override
  public long heapBytes(long pixels) {
    return 14 * pixels + 3 * mostBytes(pixels);
  }

  @Override
  public byte[] encode(Pixels pixels, Map<String, String> text) {
    pixels.requireSides(MAX_SIDE, ImageFormat.JPEG);
    int luminanceBlocks = quality < FULL_COLOUR_FROM ? 2 : 1;
    int[] luminance = JpegTables.scaled(JpegTables.luminance(), quality);
    int[] chrominance = JpegTables.scaled(JpegTables.chrominance(), quality);
    JpegFile file = new JpegFile();
    text.forEach(file::addComment);
    file.addQuantisation(0, luminance);
    file.addQuantisation(1, chrominance);
    file.addFrame(pixels.width(), pixels.height(), luminanceBlocks);
    file.addHuffman(0x00, JpegTables.dcLuminance());
    file.addHuffman(0x10, JpegTables.acLuminance());
    file.addHuffman(0x01, JpegTables.dcChrominance());
    file.addHuffman(0x11, JpegTables.acChrominance());
    JpegScan.of(pixels.onWhite(), luminanceBlocks, luminance, chrominance).write(file.startScan());
    return file.finish();
  }
}
