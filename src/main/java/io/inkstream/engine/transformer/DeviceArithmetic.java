package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.ResidualArithmetic;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The arithmetic of a cache where the streams lie on a device: small graphs. Only sums come to the
/// host.
final class DeviceArithmetic implements ResidualArithmetic, AutoCloseable {
  private final DeviceParts parts;
  private final CancellationSignal signal;
  private final Map<Shape, Pair> scratch = new HashMap<>();

  private record Pair(Tensor one, Tensor other) {}

  DeviceArithmetic(DeviceParts parts, CancellationSignal signal) {
    this.parts = parts;
    this.signal = signal;
  }

  @Override
  public Tensor like(Tensor other) {
    return parts.memory().zeros(other.shape().dims());
  }

  @Override
  public void difference(Tensor out, Tensor after, Tensor before) {
    run(parts.difference(), Map.of("after", after, "before", before), out);
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    run(parts.add(), Map.of("x", x, "residual", residual), x);
  }

  @Override
  public double sumAbs(Tensor residual) {
    return sum(parts.sumAbs(), Map.of("residual", residual));
  }

  @Override
  public double sumAbsChange(Tensor previous, Tensor after, Tensor before) {
    return sum(
        parts.sumAbsChange(), Map.of("previous", previous, "after", after, "before", before));
  }

  @Override
  public void derive(List<Tensor> terms, Tensor before, Tensor after, float window) {
    Pair pair =
        scratch.computeIfAbsent(after.shape(), ignored -> new Pair(like(after), like(after)));
    Tensor now = pair.one();
    Tensor next = pair.other();
    difference(now, after, before);
    try (var divisor = Tensor.of(new float[] {window}, 1)) {
      for (Tensor term : terms.subList(0, terms.size() - 1)) {
        run(parts.derive(), Map.of("now", now, "term", term, "window", divisor), next);
        parts.memory().copy(term, now);
        Tensor free = now;
        now = next;
        next = free;
      }
    }
    parts.memory().copy(terms.getLast(), now);
  }

  @Override
  public void addTaylor(Tensor x, List<Tensor> terms, int elapsed) {
    int order = terms.size() - 1;
    if (order == 0) {
      add(x, terms.getFirst());
      return;
    }
    try (var scales = Tensor.of(scales(order, elapsed), order)) {
      Map<String, Tensor> inputs = new HashMap<>(Map.of("x", x, "scales", scales));
      for (int i = 0; i <= order; i++) {
        inputs.put("term_" + i, terms.get(i));
      }
      run(parts.taylor().get(order - 1), inputs, x);
    }
  }

  /// `elapsed^i / i!`
  private static float[] scales(int order, int elapsed) {
    float[] scales = new float[order];
    double factorial = 1;
    for (int i = 1; i <= order; i++) {
      factorial *= i;
      scales[i - 1] = (float) (1 / factorial) * (float) Math.pow(elapsed, i);
    }
    return scales;
  }

  // Where `out` is one of the inputs, each of its elements is read before it is written.
  private void run(Subgraph graph, Map<String, Tensor> inputs, Tensor out) {
    graph.run(inputs, Map.of("out", out), signal);
  }

  private double sum(Subgraph graph, Map<String, Tensor> inputs) {
    try (var sum = Tensor.zeros(1)) {
      graph.run(inputs, Map.of("sum", sum), signal);
      return sum.toArray()[0];
    }
  }

  @Override
  public void close() {
    scratch
        .values()
        .forEach(pair -> {
          pair.one().close();
          pair.other().close();
        });
    scratch.clear();
  }
}
