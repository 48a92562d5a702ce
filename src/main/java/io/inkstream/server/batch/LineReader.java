package io.inkstream.server.batch;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Reads a file line by line, of which one is in the heap at a time. Empty lines do not count, but
/// have numbers.
final class LineReader implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final int longest;
  private long number;

  /// A line.
  ///
  /// @param number from 1
  /// @param text empty: it is too long
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Line(long number, Optional<byte[]> text) {}

  /// @param longest bytes of a line
  LineReader(Path file, int longest) throws IOException {
    this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    this.longest = longest;
    passByteOrderMark();
  }

  private void passByteOrderMark() throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    if (!java.util.Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.reset();
    }
  }

  /// The next line that is not empty; none at the end.
  Optional<Line> next() throws IOException {
    while (true) {
      var text = new ByteArrayOutputStream();
      boolean fits = true;
      boolean blank = true;
      int next = in.read();
      if (next == -1) {
        return Optional.empty();
      }
      number++;
      for (; next != '\n' && next != -1; next = in.read()) {
        blank &= next == ' ' || next == '\t' || next == '\r';
        fits &= text.size() < longest;
        if (fits) {
          text.write(next);
        }
      }
      if (!blank) {
        return Optional.of(
            new Line(number, fits ? Optional.of(text.toByteArray()) : Optional.empty()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
