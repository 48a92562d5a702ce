package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes nodes in the standard's older operators, in the forms in which OpenVINO finds a norm, a
/// GELU and an attention again, and with a rotation made of products, which it runs fastest.
///
/// Pairs are turned by a matrix of zeros and ones, `x · cos + (x · P) · sin`, and the tables are
/// spread over the pairs by another; in float32 both are exact.
final class StandardOperators {
  private static final float HIDDEN = -1e30f; // in any type; its share is 0

  private final GraphBuilder g;
  private final Map<String, String> tables = new HashMap<>();

  /// @param g takes the nodes
  StandardOperators(GraphBuilder g) {
    this.g = g;
  }

  /// Writes a node, or others in its place.
  void write(Node node) {
    plain(node).ifPresentOrElse(value -> g.named(node.result(), value), () -> g.add(node));
  }

  /// What has the same value; empty if the node is to stay.
  private Optional<String> plain(Node node) {
    return switch (node.operator()) {
      case "RMSNormalization" -> Optional.of(rmsNorm(node));
      case "FastGelu" -> Optional.of(gelu(node.operands()));
      case "QuickGelu" -> Optional.of(quickGelu(node));
      case "RotaryEmbedding" -> rotated(node);
      case "MultiHeadAttention" -> scale(node).map(scale -> attention(node, scale));
      case "Attention" -> scale(node).map(scale -> causal(node, scale));
      default -> Optional.empty();
    };
  }

  private String rmsNorm(Node node) {
    String value = node.operands().get(0);
    String squares = g.op("Pow", value, g.scalar(2f));
    String mean =
        g.op("ReduceMean", List.of(squares, g.longs(node.integer("axis"))), Map.of("keepdims", 1));
    String root = g.op("Sqrt", g.op("Add", mean, g.scalar(node.number("epsilon", 1e-5f))));
    String normed = g.op("Mul", value, g.op("Div", g.scalar(1f), root));
    return g.op("Mul", normed, node.operands().get(1));
  }

  /// @param operands a value, and perhaps what is added to it before
  private String gelu(List<String> operands) {
    String value = operands.size() == 1 ? operands.get(0) : g.op("Add", operands, Map.of());
    return g.op("Gelu", List.of(value), Map.of("approximate", "tanh"));
  }

  private String quickGelu(Node node) {
    String value = node.operands().get(0);
    float alpha = node.number("alpha", 1.702f);
    String steep = alpha == 1 ? value : g.op("Mul", value, g.scalar(alpha));
    return g.op("Mul", value, g.op("Sigmoid", steep));
  }

  /// Empty if nobody has declared how wide the tables are.
  private Optional<String> rotated(Node node) {
    String cos = node.operands().get(2);
    return g.width(cos).map(half -> rotated(node, half, cos, node.operands().get(3)));
  }

  private String rotated(Node node, int half, String cos, String sin) {
    boolean pairs = node.integer("interleaved") == 1;
    String heads = g.reshape(node.operands().get(0), 0, 0, node.integer("num_heads"), 2L * half);
    String turned = g.op("MatMul", heads, turning(half, pairs));
    String sum =
        g.op(
            "Add",
            g.op("Mul", heads, table(cos, half, pairs)),
            g.op("Mul", turned, table(sin, half, pairs)));
    return g.reshape(sum, 0, 0, -1);
  }

  /// A table for each number of a head in place of one for each pair: `[1, rows, 1, 2 · half]`.
  private String table(String name, int half, boolean pairs) {
    return tables.computeIfAbsent(
        name + pairs,
        _ -> g.reshape(g.op("MatMul", name, spreading(half, pairs)), 1, -1, 1, 2L * half));
  }

  private String spreading(int half, boolean pairs) {
    float[] matrix = new float[half * 2 * half];
    for (int pair = 0; pair < half; pair++) {
      matrix[pair * 2 * half + first(pair, pairs)] = 1;
      matrix[pair * 2 * half + second(pair, half, pairs)] = 1;
    }
    return g.floats("spread:" + half + pairs, new Shape(half, 2L * half), matrix);
  }

  private String turning(int half, boolean pairs) {
    float[] matrix = new float[2 * half * 2 * half];
    for (int pair = 0; pair < half; pair++) {
      int first = first(pair, pairs);
      int second = second(pair, half, pairs);
      matrix[second * 2 * half + first] = -1;
      matrix[first * 2 * half + second] = 1;
    }
    return g.floats("turn:" + half + pairs, new Shape(2L * half, 2L * half), matrix);
  }

  private static int first(int pair, boolean pairs) {
    return pairs ? 2 * pair : pair;
  }

  private static int second(int pair, int half, boolean pairs) {
    return pairs ? 2 * pair + 1 : half + pair;
  }

  /// Of an attention, if it is said.
  private static Optional<Float> scale(Node node) {
    return Optional.ofNullable((Float) node.attributes().get("scale"));
  }

  private String attention(Node node, float scale) {
    int count = node.integer("num_heads");
    List<String> operands = node.operands();
    String query = heads(operands.get(0), count, 0, 2, 1, 3);
    String key = heads(operands.get(1), count, 0, 2, 3, 1);
    String scores = g.op("Mul", g.op("MatMul", query, key), g.scalar(scale));
    String biased = operands.size() > 5 ? g.op("Add", scores, operands.get(5)) : scores;
    String seen = g.op("MatMul", shares(biased), heads(operands.get(2), count, 0, 2, 1, 3));
    return g.reshape(g.transposed(seen, 0, 2, 1, 3), 0, 0, -1);
  }

  private String heads(String value, int count, long... order) {
    return g.transposed(g.reshape(value, 0, 0, count, -1), order);
  }

  /// Rows that each see themselves and those before them; several heads of queries share keys.
  private String causal(Node node, float scale) {
    int keys = node.integer("kv_num_heads");
    int queries = node.integer("q_num_heads") / keys;
    List<String> operands = node.operands();
    String query = grouped(operands.get(0), keys, queries, 0, 2, 3, 1, 4);
    String key = grouped(operands.get(1), keys, 1, 0, 2, 3, 4, 1);
    String scores = g.op("Mul", g.op("MatMul", query, key), g.scalar(scale));
    String shares = shares(g.op("Add", scores, hidden(operands.get(0))));
    String seen = g.op("MatMul", shares, grouped(operands.get(2), keys, 1, 0, 2, 3, 1, 4));
    return g.reshape(g.transposed(seen, 0, 3, 1, 2, 4), 0, 0, -1);
  }

  private String grouped(String value, int heads, int each, long... order) {
    return g.transposed(g.reshape(value, 0, 0, heads, each, -1), order);
  }

  /// What hides later rows: `[rows, rows]`.
  private String hidden(String value) {
    String rows = g.extent(value, 1);
    String range = g.op("Range", g.scalar(0L), g.op("Squeeze", rows), g.scalar(1L));
    String later =
        g.op("Greater", g.op("Unsqueeze", range, g.longs(0)), g.op("Unsqueeze", range, g.longs(1)));
    return g.op("Where", later, g.scalar(HIDDEN), g.scalar(0f));
  }

  private String shares(String scores) {
    return g.op("Softmax", List.of(scores), Map.of("axis", -1));
  }
}
