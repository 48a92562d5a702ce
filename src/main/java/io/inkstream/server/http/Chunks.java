package io.inkstream.server.http;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// What is written of an answer, a little at a time: text as it is, and files in Base64, of which
/// each chunk is made when it is taken. So a large answer takes no more of the heap than its files.
/// For one thread at a time.
public final class Chunks implements Iterator<byte[]> {
  // Of a file; three bytes become four characters.
  private static final int SIZE = 3 << 14;

  private final Deque<Part> parts;
  private int from;

  /// A part of an answer; not to be written to.
  sealed interface Part {
    byte[] bytes();
  }

  /// Text in UTF-8.
  @SuppressWarnings("ArrayRecordComponent") // written once, compared never
  record Text(byte[] bytes) implements Part {
    Text and(Text other) {
      byte[] both = Arrays.copyOf(bytes, bytes.length + other.bytes.length);
      System.arraycopy(other.bytes, 0, both, bytes.length, other.bytes.length);
      return new Text(both);
    }
  }

  /// A file that stands in the answer as Base64.
  @SuppressWarnings("ArrayRecordComponent") // megabytes: a copy would double them
  record File(byte[] bytes) implements Part {}

  Chunks(List<Part> parts) {
    this.parts = new ArrayDeque<>(parts);
    skipEmpty();
  }

  public static Chunks of(byte[] text) {
    return new Chunks(List.of(new Text(text)));
  }

  /// The same, between two texts.
  Chunks within(byte[] head, byte[] tail) {
    var first = new Text(head);
    parts.addFirst(
        parts.peekFirst() instanceof Text ? first.and((Text) parts.removeFirst()) : first);
    var last = new Text(tail);
    parts.addLast(parts.peekLast() instanceof Text ? ((Text) parts.removeLast()).and(last) : last);
    return this;
  }

  @Override
  public boolean hasNext() {
    return !parts.isEmpty();
  }

  @Override
  public byte[] next() {
    if (parts.isEmpty()) {
      throw new NoSuchElementException();
    }
    Part part = parts.getFirst();
    int to = Math.min(from + SIZE, part.bytes().length);
    byte[] slice = Arrays.copyOfRange(part.bytes(), from, to);
    from = to;
    skipEmpty();
    return switch (part) {
      case Text _ -> slice;
      case File _ -> Base64.getEncoder().encode(slice);
    };
  }

  private void skipEmpty() {
    while (!parts.isEmpty() && from == parts.getFirst().bytes().length) {
      parts.removeFirst();
      from = 0;
    }
  }
}
