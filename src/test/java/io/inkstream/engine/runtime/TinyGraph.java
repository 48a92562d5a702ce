package io.inkstream.engine.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/// ONNX graphs of a few bytes, written by the format's field numbers: one input `x` of `[n, n]`, n
/// being free, and one output `y` of the same shape.
final class TinyGraph {
  private static final int FLOAT = 1;
  private static final int IR_VERSION = 10;
  private static final int OPSET = 17;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  private TinyGraph() {}

  /// `y = x + x`
  static byte[] doubled() {
    var made = new TinyGraph();
    made.node("Add", "x", "x", "y");
    return made.model();
  }

  /// `y = hardmax(x · x)`: a one in each row where its product is the greatest.
  static byte[] greatest() {
    var made = new TinyGraph();
    made.node("MatMul", "x", "x", "product");
    made.node("Hardmax", List.of("product"), "y");
    return made.model();
  }

  /// Matrix products, one after the other, each with `x`.
  static byte[] power(int products) {
    var made = new TinyGraph();
    String from = "x";
    for (int i = 1; i <= products; i++) {
      String to = i == products ? "y" : "power_" + i;
      made.node("MatMul", from, "x", to);
      from = to;
    }
    return made.model();
  }

  /// An operator that nobody has.
  static byte[] unknownOperator() {
    var made = new TinyGraph();
    made.node("NoSuchOperator", "x", "x", "y");
    return made.model();
  }

  private void node(String operator, String first, String second, String output) {
    node(operator, List.of(first, second), output);
  }

  private void node(String operator, List<String> inputs, String output) {
    var node = new ByteArrayOutputStream();
    inputs.forEach(input -> field(node, 1, input));
    field(node, 2, output);
    field(node, 4, operator);
    field(graph, 1, node);
  }

  private byte[] model() {
    field(graph, 2, "tiny");
    field(graph, 11, value("x"));
    field(graph, 12, value("y"));
    var opset = new ByteArrayOutputStream();
    field(opset, 2, OPSET);
    var model = new ByteArrayOutputStream();
    field(model, 1, IR_VERSION);
    field(model, 7, graph);
    field(model, 8, opset);
    return model.toByteArray();
  }

  private static ByteArrayOutputStream value(String name) {
    var shape = new ByteArrayOutputStream();
    for (String ignored : List.of("rows", "columns")) {
      var extent = new ByteArrayOutputStream();
      field(extent, 2, "n");
      field(shape, 1, extent);
    }
    var tensor = new ByteArrayOutputStream();
    field(tensor, 1, FLOAT);
    field(tensor, 2, shape);
    var type = new ByteArrayOutputStream();
    field(type, 1, tensor);
    var value = new ByteArrayOutputStream();
    field(value, 1, name);
    field(value, 2, type);
    return value;
  }

  private static void field(ByteArrayOutputStream message, int number, long value) {
    varint(message, number << 3);
    varint(message, value);
  }

  private static void field(ByteArrayOutputStream message, int number, String text) {
    bytes(message, number, text.getBytes(UTF_8));
  }

  private static void field(
      ByteArrayOutputStream message, int number, ByteArrayOutputStream inner) {
    bytes(message, number, inner.toByteArray());
  }

  private static void bytes(ByteArrayOutputStream message, int number, byte[] bytes) {
    varint(message, number << 3 | 2);
    varint(message, bytes.length);
    message.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream message, long value) {
    long rest = value;
    while (rest > 0x7F) {
      message.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    message.write((int) rest);
  }
}
