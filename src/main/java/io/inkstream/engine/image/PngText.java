package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/// Reads the texts of any PNG file: its `tEXt`, `zTXt` and `iTXt` chunks.
///
/// A keyword that occurs twice keeps its first place and its last text. The pixels are not decoded,
/// but the signature, every chunk's length and CRC, and the end of the file are checked.
public final class PngText {
  static final int MAX_FILE_BYTES = 256 << 20;
  private static final int CHUNK_OVERHEAD = 12;
  private static final int MAX_TEXTS = 1000;

  private final ByteBuffer file;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private long characters;
  private int count;

  private PngText(byte[] file) {
    this.file = ByteBuffer.wrap(file);
  }

  /// The texts by keyword, in the file's order.
  ///
  /// @throws ImageFormatException if the file is damaged, has a text above 1 MiB, or texts above 16
  ///   MiB together
  public static Map<String, String> read(byte[] png) {
    PngText reader = new PngText(png);
    reader.readSignature();
    reader.readChunks();
    return Collections.unmodifiableMap(reader.texts);
  }

  /// As [#read(byte[])], of a file of at most 256 MiB.
  ///
  /// @throws IOException if the file can't be read
  public static Map<String, String> read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] png = in.readNBytes(MAX_FILE_BYTES + 1);
      if (png.length > MAX_FILE_BYTES) {
        throw new ImageFormatException("PNG file " + path + " is larger than 256 MiB");
      }
      return read(png);
    }
  }

  private void readSignature() {
    byte[] signature = PngChunks.signature();
    byte[] start = Arrays.copyOf(file.array(), signature.length);
    if (!Arrays.equals(start, signature)) {
      throw new ImageFormatException("not a PNG file: the signature is missing");
    }
    file.position(signature.length);
  }

  private void readChunks() {
    String type = readChunk();
    if (!type.equals("IHDR")) {
      throw new ImageFormatException("PNG starts with chunk " + type + " instead of IHDR");
    }
    while (!type.equals("IEND")) {
      type = readChunk();
    }
  }

  private String readChunk() {
    int start = file.position();
    if (file.remaining() < CHUNK_OVERHEAD) {
      throw new ImageFormatException("PNG ends at byte " + file.limit() + " without IEND");
    }
    int length = file.getInt();
    String type = readType();
    // Compared as unsigned: a length above 2^31-1 is damage as well.
    if (Integer.compareUnsigned(length, file.remaining() - Integer.BYTES) > 0) {
      throw new ImageFormatException(
          "PNG chunk %s at byte %d claims %s bytes, %d are left"
              .formatted(
                  type, start, Integer.toUnsignedString(length), file.remaining() - Integer.BYTES));
    }
    ByteBuffer data = file.slice(file.position(), length);
    file.position(file.position() + length);
    requireCrc(type, start, length);
    readText(type, data);
    return type;
  }

  private String readType() {
    byte[] type = new byte[Integer.BYTES];
    file.get(type);
    for (byte b : type) {
      if (!Character.isLetter(b) || b < 0) {
        throw new ImageFormatException(
            "PNG chunk at byte " + (file.position() - 8) + " has a type that is not four letters");
      }
    }
    return new String(type, ISO_8859_1);
  }

  private void requireCrc(String type, int start, int length) {
    CRC32 crc = new CRC32();
    crc.update(file.array(), start + Integer.BYTES, length + Integer.BYTES);
    if ((int) crc.getValue() != file.getInt()) {
      throw new ImageFormatException("PNG chunk %s at byte %d: wrong CRC".formatted(type, start));
    }
  }

  private void readText(String type, ByteBuffer data) {
    if (type.equals("tEXt") || type.equals("zTXt") || type.equals("iTXt")) {
      PngTextChunk chunk = PngTextChunk.parse(type, data);
      if (++count > MAX_TEXTS) {
        throw new ImageFormatException("PNG has more than 1000 texts");
      }
      characters += chunk.text().length();
      if (characters > PngTextChunk.MAX_TOTAL) {
        throw new ImageFormatException("PNG texts are larger than 16 MiB together");
      }
      texts.put(chunk.keyword(), chunk.text());
    }
  }
}
