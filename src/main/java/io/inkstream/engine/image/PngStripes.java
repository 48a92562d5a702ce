package io.inkstream.engine.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Adler32;
import java.util.zip.Deflater;

/// A picture's rows as one zlib stream (RFC 1950), made of stripes that are deflated at the same
/// time. How many there are follows from the picture alone, and so do the bytes.
///
/// @param bytes whole blocks of deflate that end at a byte
/// @param sum Adler-32 of what they were
/// @param length of what they were
record PngStripes(byte[] bytes, long sum, long length) {
  private static final int ROWS = 128;
  private static final short HEADER = 0x789c; // deflate with the largest window
  private static final int BUFFER = 1 << 16;
  private static final long BASE = 65_521; // of Adler-32

  /// @param level of compression, 0 (stored, unfiltered) to 9
  static void write(Pixels pixels, int level, ByteArrayOutputStream out) {
    out.writeBytes(ByteBuffer.allocate(Short.BYTES).putShort(HEADER).array());
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).putInt((int) body(pixels, level, out)).array());
  }

  /// @return Adler-32 of all rows
  private static long body(Pixels pixels, int level, ByteArrayOutputStream out) {
    int count = (pixels.height() + ROWS - 1) / ROWS;
    List<PngStripes> stripes =
        IntStream.range(0, count).parallel().mapToObj(i -> of(pixels, level, i * ROWS)).toList();
    long sum = 1;
    for (PngStripes stripe : stripes) {
      out.writeBytes(stripe.bytes);
      sum = joined(sum, stripe);
    }
    return sum;
  }

  private static PngStripes of(Pixels pixels, int level, int first) {
    int end = Math.min(first + ROWS, pixels.height());
    var deflater = new Deflater(level, true);
    deflater.setStrategy(level == 0 ? Deflater.DEFAULT_STRATEGY : Deflater.FILTERED);
    try {
      var out = new ByteArrayOutputStream(BUFFER);
      var sum = new Adler32();
      var filter = new PngFilter(pixels);
      byte[] buffer = new byte[BUFFER];
      long length = 0;
      for (int y = first; y < end; y++) {
        byte[] row = level == 0 ? filter.unfiltered(y) : filter.best(y);
        sum.update(row);
        length += row.length;
        deflater.setInput(row);
        drain(deflater, Deflater.NO_FLUSH, buffer, out);
      }
      if (end == pixels.height()) {
        deflater.finish();
      }
      drain(deflater, Deflater.SYNC_FLUSH, buffer, out);
      return new PngStripes(out.toByteArray(), sum.getValue(), length);
    } finally {
      deflater.end();
    }
  }

  private static void drain(Deflater deflater, int flush, byte[] to, ByteArrayOutputStream out) {
    int count;
    do {
      count = deflater.deflate(to, 0, to.length, flush);
      out.write(to, 0, count);
    } while (count == to.length || flush == Deflater.NO_FLUSH && !deflater.needsInput());
  }

  /// Adler-32 of something and what follows it: its lower half is 1 and all bytes, its upper half
  /// the sum of the lower half after each byte.
  private static long joined(long sum, PngStripes next) {
    long lower = sum & 0xffff;
    long nextLower = next.sum & 0xffff;
    long before = (lower + BASE - 1) % BASE;
    long upper = (sum >>> 16) + (next.sum >>> 16) + next.length % BASE * before;
    return upper % BASE << 16 | (lower + nextLower + BASE - 1) % BASE;
  }
}
