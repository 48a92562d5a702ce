package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// One text of a PNG file (PNG specification, 11.3.3).
record PngTextChunk(String keyword, String text) {
  /// Bytes of one text, decompressed.
  static final int MAX_TEXT = 1 << 20;

  /// Characters of all texts of a file.
  static final int MAX_TOTAL = 16 << 20;

  /// @throws ImageFormatException if the data is not what the type promises
  static PngTextChunk parse(String type, ByteBuffer data) {
    String keyword = ISO_8859_1.decode(untilNul(type, data)).toString();
    if (keyword.isEmpty() || keyword.length() > TextKeyword.MAX_LENGTH) {
      throw damaged(type, "keyword of " + keyword.length() + " bytes, allowed are 1 to 79");
    }
    String text =
        switch (type) {
          case "tEXt" -> ISO_8859_1.decode(limited(type, data)).toString();
          case "zTXt" -> ISO_8859_1.decode(inflated(type, number(type, data), data)).toString();
          default -> international(type, data);
        };
    return new PngTextChunk(keyword, text);
  }

  private static String international(String type, ByteBuffer data) {
    int flag = number(type, data);
    if (flag > 1) {
      throw damaged(type, "compression flag " + flag + ", allowed are 0 and 1");
    }
    int method = number(type, data);
    untilNul(type, data);
    untilNul(type, data);
    ByteBuffer utf8 = flag == 0 ? limited(type, data) : inflated(type, method, data);
    try {
      return UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new ImageFormatException("PNG chunk iTXt: the text is not UTF-8", e);
    }
  }

  private static ByteBuffer inflated(String type, int method, ByteBuffer data) {
    if (method != 0) {
      throw damaged(type, "compression method " + method + ", allowed is 0");
    }
    Inflater inflater = new Inflater();
    try {
      return inflate(type, inflater, data);
    } catch (DataFormatException e) {
      throw new ImageFormatException("PNG chunk " + type + ": the compressed text is damaged", e);
    } finally {
      inflater.end();
    }
  }

  private static ByteBuffer inflate(String type, Inflater inflater, ByteBuffer data)
      throws DataFormatException {
    inflater.setInput(data);
    byte[] out = new byte[MAX_TEXT + 1];
    int size = 0;
    while (!inflater.finished() && size <= MAX_TEXT) {
      int count = inflater.inflate(out, size, out.length - size);
      if (count == 0 && !inflater.finished()) {
        throw damaged(type, "the compressed text is cut off");
      }
      size += count;
    }
    return limited(type, ByteBuffer.wrap(out, 0, size));
  }

  private static ByteBuffer limited(String type, ByteBuffer text) {
    if (text.remaining() > MAX_TEXT) {
      throw damaged(type, "the text is larger than 1 MiB");
    }
    return text;
  }

  private static int number(String type, ByteBuffer data) {
    if (!data.hasRemaining()) {
      throw damaged(type, "ends before its text");
    }
    return data.get() & 0xff;
  }

  private static ByteBuffer untilNul(String type, ByteBuffer data) {
    int start = data.position();
    while (number(type, data) != 0) {}
    return data.slice(start, data.position() - 1 - start);
  }

  private static ImageFormatException damaged(String type, String why) {
    return new ImageFormatException("PNG chunk " + type + ": " + why);
  }
}
