package io.inkstream.engine.graph;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a test needs to know of a written ONNX file, read back by the format's field numbers.
///
/// @param operators of the nodes, in their order
public record OnnxFile(
    List<Value> inputs, List<Value> outputs, List<External> weights, List<String> operators) {
  /// A float32 input or output; an extent is a number or the name of a free one.
  public record Value(String name, List<Object> extents) {
    public long[] dims(Map<String, Long> free) {
      return extents.stream()
          .mapToLong(extent -> extent instanceof Long number ? number : free.get(extent.toString()))
          .toArray();
    }
  }

  /// Where a weight lies.
  public record External(String tensor, String location, long offset, long length) {}

  /// One field of a message: a `Long` or the bytes of text or of another message.
  private record Field(int number, Object value) {
    ByteBuffer bytes() {
      return ((ByteBuffer) value).duplicate();
    }

    String text() {
      return UTF_8.decode(bytes()).toString();
    }
  }

  public static OnnxFile parse(byte[] model) {
    ByteBuffer graph = all(ByteBuffer.wrap(model), 7).getFirst().bytes();
    return new OnnxFile(
        all(graph, 11).stream().map(OnnxFile::value).toList(),
        all(graph, 12).stream().map(OnnxFile::value).toList(),
        all(graph, 5).stream()
            .filter(tensor -> !all(tensor.bytes(), 13).isEmpty())
            .map(OnnxFile::external)
            .toList(),
        all(graph, 1).stream().map(node -> all(node.bytes(), 4).getFirst().text()).toList());
  }

  private static Value value(Field info) {
    ByteBuffer tensor = all(all(info.bytes(), 2).getFirst().bytes(), 1).getFirst().bytes();
    List<Object> extents = new ArrayList<>();
    for (Field dim : all(all(tensor, 2).getFirst().bytes(), 1)) {
      Field extent = fields(dim.bytes()).getFirst();
      extents.add(extent.number() == 1 ? extent.value() : extent.text());
    }
    return new Value(all(info.bytes(), 1).getFirst().text(), extents);
  }

  private static External external(Field tensor) {
    Map<String, String> pairs = new HashMap<>();
    for (Field pair : all(tensor.bytes(), 13)) {
      pairs.put(all(pair.bytes(), 1).getFirst().text(), all(pair.bytes(), 2).getFirst().text());
    }
    return new External(
        all(tensor.bytes(), 8).getFirst().text(),
        pairs.get("location"),
        Long.parseLong(pairs.get("offset")),
        Long.parseLong(pairs.get("length")));
  }

  private static List<Field> all(ByteBuffer message, int number) {
    return fields(message).stream().filter(field -> field.number() == number).toList();
  }

  private static List<Field> fields(ByteBuffer message) {
    ByteBuffer in = message.duplicate();
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      switch (tag & 7) {
        case 0 -> fields.add(new Field(tag >>> 3, varint(in)));
        case 2 -> {
          int length = (int) varint(in);
          fields.add(new Field(tag >>> 3, in.slice(in.position(), length)));
          in.position(in.position() + length);
        }
        case 5 -> in.position(in.position() + Integer.BYTES);
        default -> throw new IllegalArgumentException("wire type " + (tag & 7));
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
