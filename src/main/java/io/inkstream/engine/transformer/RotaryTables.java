package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.Arrays;

/// `cos` and `sin` of rows, each `[rows, half a head]`.
public record RotaryTables(Tensor cos, Tensor sin) implements AutoCloseable {
  /// Some of the rows, in place of all of them: one span after the other.
  RotaryTables of(Span... spans) {
    if (rows(spans) == cos.shape().dim(0)) {
      return this;
    }
    try (this) {
      return new RotaryTables(own(cos, spans), own(sin, spans));
    }
  }

  private static Tensor own(Tensor table, Span... spans) {
    Tensor own = Tensor.zeros(rows(spans), table.shape().dim(1));
    int at = 0;
    for (Span span : spans) {
      own.rows(at, span.rows()).set(table.rows(span.from(), span.rows()).toArray());
      at += span.rows();
    }
    return own;
  }

  private static int rows(Span... spans) {
    return Arrays.stream(spans).mapToInt(Span::rows).sum();
  }

  @Override
  public void close() {
    cos.close();
    sin.close();
  }
}
