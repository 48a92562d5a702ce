package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.tensor.DType;
import java.util.List;
import java.util.Map;

/// What a cache computes on streams `[tokens, D]`, for devices whose memory Java cannot read. Sums
/// are float32, whatever the element type of the streams.
///
/// - `difference`: `after, before` → `out`, their difference.
/// - `add`: `x, residual` → `out`, their sum.
/// - `sum_abs`: `residual` → `sum [1]`, of the magnitudes.
/// - `sum_abs_change`: `previous, after, before` → `sum [1]` of `|previous - (after - before)|`.
/// - `derive`: `now, term, window [1]` → `out`, `(now - term) / window`.
/// - `taylor_K`: `x, term_0, …, term_K, scales [K]` → `out`, `x + term_0 + sum of scale_i term_i`.
///
/// @param width D
/// @param element of the streams
public record ResidualGraphs(long width, DType element) {
  /// Derivatives of a forecast, at most.
  public static final int MAX_ORDER = 4;

  public OnnxModel difference() {
    var g = new GraphBuilder("difference", element);
    g.output("out", g.op("Sub", stream(g, "after"), stream(g, "before")), "tokens", width);
    return g.build();
  }

  public OnnxModel add() {
    var g = new GraphBuilder("add", element);
    g.output("out", g.op("Add", stream(g, "residual"), stream(g, "x")), "tokens", width);
    return g.build();
  }

  public OnnxModel sumAbs() {
    var g = new GraphBuilder("sum_abs", element);
    return sum(g, g.widened(stream(g, "residual")));
  }

  public OnnxModel sumAbsChange() {
    var g = new GraphBuilder("sum_abs_change", element);
    String previous = g.widened(stream(g, "previous"));
    String after = g.widened(stream(g, "after"));
    String now = g.op("Sub", after, g.widened(stream(g, "before")));
    return sum(g, g.op("Sub", previous, now));
  }

  private static OnnxModel sum(GraphBuilder g, String values) {
    String sum = g.op("ReduceSum", List.of(g.op("Abs", values)), Map.of("keepdims", 0));
    g.plainFloatOutput("sum", g.reshape(sum, 1), 1);
    return g.build();
  }

  public OnnxModel derive() {
    var g = new GraphBuilder("derive", element);
    String now = g.widened(stream(g, "now"));
    String change = g.op("Sub", now, g.widened(stream(g, "term")));
    String slope = g.op("Div", change, g.plainFloatInput("window", 1));
    g.output("out", g.narrowed(slope), "tokens", width);
    return g.build();
  }

  /// @param order derivatives, 1 to [#MAX_ORDER]
  public OnnxModel taylor(int order) {
    var g = new GraphBuilder("taylor_" + order, element);
    String x = g.widened(stream(g, "x"));
    String sum = g.widened(stream(g, "term_0"));
    String given = g.plainFloatInput("scales", order);
    List<String> scales = order == 1 ? List.of(given) : g.split(given, 0, order);
    for (int i = 1; i <= order; i++) {
      String term = g.widened(stream(g, "term_" + i));
      sum = g.op("Add", sum, g.op("Mul", term, scales.get(i - 1)));
    }
    g.output("out", g.narrowed(g.op("Add", x, sum)), "tokens", width);
    return g.build();
  }

  private String stream(GraphBuilder g, String name) {
    return g.input(name, "tokens", width);
  }
}
