package io.inkstream.server.batch;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Answers of a batch, a line each, as they come. The file is also what is known of which requests
/// are done: a line that a kill has cut is drawn again, and one that is whole is not. For one
/// thread at a time.
final class BatchOutput implements AutoCloseable {
  private static final Pattern ID =
      Pattern.compile("\\{\"id\":\"batch_req_[0-9a-f]{32}_([0-9]+)\"");
  private static final int LONGEST_HEAD = 80;
  private static final int BUFFER = 1 << 16;

  private final FileChannel channel;
  private long count;

  /// Opens the file, and cuts off what is not whole.
  ///
  /// @param done learns of the requests that are
  BatchOutput(Path file, BitSet done) throws IOException {
    this.channel = FileChannel.open(file, CREATE, READ, WRITE);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      channel.truncate(read(in, done));
      channel.position(channel.size());
    }
  }

  /// @return where the last whole line ends
  private long read(InputStream in, BitSet done) throws IOException {
    long whole = 0;
    long at = 0;
    var head = new StringBuilder();
    for (int next = in.read(); next != -1; next = in.read()) {
      at++;
      if (next != '\n') {
        if (head.length() < LONGEST_HEAD) {
          head.append((char) next);
        }
        continue;
      }
      Matcher id = ID.matcher(head);
      if (!id.lookingAt()) {
        return whole; // a machine that lost its power may leave anything behind
      }
      done.set(Integer.parseInt(id.group(1)));
      count++;
      whole = at;
      head.setLength(0);
    }
    return whole;
  }

  /// Lines that are whole.
  long count() {
    return count;
  }

  /// @throws IOException if it could not be written: nothing of it is in the file
  void write(String head, Iterator<byte[]> body, String tail) throws IOException {
    long before = channel.position();
    try {
      write(head.getBytes(StandardCharsets.UTF_8));
      while (body.hasNext()) {
        write(body.next());
      }
      write((tail + "\n").getBytes(StandardCharsets.UTF_8));
      count++;
    } catch (IOException | RuntimeException | Error e) {
      channel.truncate(before);
      channel.position(before);
      throw e;
    }
  }

  private void write(byte[] bytes) throws IOException {
    var left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
