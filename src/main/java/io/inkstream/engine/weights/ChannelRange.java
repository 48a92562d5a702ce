package io.inkstream.engine.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The bytes of a file from one position up to another, as a stream. Does not own the channel.
final class ChannelRange extends InputStream {
  private final FileChannel channel;
  private long position;
  private final long end;

  ChannelRange(FileChannel channel, long position, long end) {
    this.channel = channel;
    this.position = position;
    this.end = end;
  }

  /// Fills the buffer from its start to its capacity, and flips it.
  ///
  /// @throws EOFException if the file ends before
  static void fill(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file ends before byte " + (position + buffer.capacity()));
      }
    }
    buffer.flip();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (position >= end) {
      return -1;
    }
    int wanted = (int) Math.min(length, end - position);
    int read = channel.read(ByteBuffer.wrap(target, offset, wanted), position);
    position += Math.max(read, 0);
    return read;
  }
}
