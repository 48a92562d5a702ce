package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The messages of `onnx.proto` that our graphs are made of. Field numbers are the format's.
final class OnnxWriter {
  /// IR version 11 is the one that goes with opset 23.
  private static final int IR_VERSION = 11;

  private static final int OPSET = 23;

  private OnnxWriter() {}

  /// The number of an element type in `TensorProto.DataType`.
  static int dataType(DType type) {
    return switch (type) {
      case F32 -> 1;
      case U8 -> 2;
      case I8 -> 3;
      case I16 -> 5;
      case I32 -> 6;
      case I64 -> 7;
      case BOOL -> 9;
      case F16 -> 10;
      case F64 -> 11;
      case BF16 -> 16;
      case F8_E4M3 -> 17;
      case F8_E5M2 -> 19;
    };
  }

  static ProtoMessage node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, Object> attributes) {
    var node = new ProtoMessage();
    inputs.forEach(input -> node.text(1, input));
    outputs.forEach(output -> node.text(2, output));
    node.text(3, operator + ":" + outputs.getFirst()).text(4, operator);
    new TreeMap<>(attributes).forEach((name, value) -> node.message(5, attribute(name, value)));
    return domain.isEmpty() ? node : node.text(7, domain);
  }

  private static ProtoMessage attribute(String name, Object value) {
    var attribute = new ProtoMessage().text(1, name);
    switch (value) {
      case Float number -> attribute.float32(2, number).integer(20, 1);
      case Integer number -> attribute.integer(3, number).integer(20, 2);
      case String text -> attribute.text(4, text).integer(20, 3);
      case long[] numbers -> {
        for (long number : numbers) {
          attribute.integer(8, number);
        }
        attribute.integer(20, 7);
      }
      case ProtoMessage graph -> attribute.message(6, graph).integer(20, 5);
      default ->
          throw new IllegalArgumentException(name + " is a " + value.getClass().getSimpleName());
    }
    return attribute;
  }

  /// A constant held in the graph itself.
  static ProtoMessage floats(String name, Shape shape, float[] values) {
    var raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor(name, DType.F32, shape).bytes(9, raw.array());
  }

  /// A constant list of integers held in the graph itself; without `shape` extents, a scalar.
  static ProtoMessage longs(String name, Shape shape, long[] values) {
    var raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return tensor(name, DType.I64, shape).bytes(9, raw.array());
  }

  /// A weight that stays in its file, which lies at `location` from the folder that goes to the
  /// session.
  static ProtoMessage external(TensorEntry entry, DType type, String location) {
    return tensor(entry.name(), type, entry.encoding().laidOut(entry.shape()))
        .message(13, pair("location", location))
        .message(13, pair("offset", Long.toString(entry.offset())))
        .message(13, pair("length", Long.toString(entry.length())))
        .integer(14, 1);
  }

  /// A weight that whoever makes the session gives to it: what is located nowhere is not looked
  /// for.
  static ProtoMessage given(String name, DType type, Shape shape) {
    return tensor(name, type, shape).message(13, pair("location", name)).integer(14, 1);
  }

  private static ProtoMessage tensor(String name, DType type, Shape shape) {
    var tensor = new ProtoMessage();
    for (long dim : shape.dims()) {
      tensor.integer(1, dim);
    }
    return tensor.integer(2, dataType(type)).text(8, name);
  }

  private static ProtoMessage pair(String key, String value) {
    return new ProtoMessage().text(1, key).text(2, value);
  }

  /// A graph inside of another one, whose values it sees.
  static ProtoMessage body(
      String name,
      List<ProtoMessage> nodes,
      List<ProtoMessage> inputs,
      List<ProtoMessage> outputs) {
    return graph(name, nodes, List.of(), inputs, outputs);
  }

  private static ProtoMessage graph(
      String name,
      List<ProtoMessage> nodes,
      List<ProtoMessage> initializers,
      List<ProtoMessage> inputs,
      List<ProtoMessage> outputs) {
    var graph = new ProtoMessage();
    nodes.forEach(node -> graph.message(1, node));
    graph.text(2, name);
    initializers.forEach(tensor -> graph.message(5, tensor));
    inputs.forEach(value -> graph.message(11, value));
    outputs.forEach(value -> graph.message(12, value));
    return graph;
  }

  /// An input or output; an extent is a number or the name of a free one.
  static ProtoMessage value(String name, DType type, Object... extents) {
    var shape = new ProtoMessage();
    for (Object extent : extents) {
      shape.message(
          1,
          extent instanceof Number number
              ? new ProtoMessage().integer(1, number.longValue())
              : new ProtoMessage().text(2, extent.toString()));
    }
    var tensor = new ProtoMessage().integer(1, dataType(type)).message(2, shape);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
  }

  /// @param domains of operators beside the standard's, each in its first version
  static byte[] model(
      String name,
      List<ProtoMessage> nodes,
      List<ProtoMessage> initializers,
      List<ProtoMessage> inputs,
      List<ProtoMessage> outputs,
      Set<String> domains) {
    var model =
        new ProtoMessage()
            .integer(1, IR_VERSION)
            .text(2, "inkstream")
            .message(7, graph(name, nodes, initializers, inputs, outputs))
            .message(8, new ProtoMessage().text(1, "").integer(2, OPSET));
    domains.forEach(domain -> model.message(8, new ProtoMessage().text(1, domain).integer(2, 1)));
    return model.toByteArray();
  }
}
