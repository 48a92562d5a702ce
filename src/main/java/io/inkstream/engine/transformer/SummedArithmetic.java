package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.ResidualArithmetic;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// A cache's arithmetic on the rows of one lane, whose sums are those of all lanes: so that all
/// decide alike. A stream of which the lane has no rows is given to nothing.
///
/// @param own on the lane's rows
/// @param lane its number
record SummedArithmetic(ResidualArithmetic own, Meeting meeting, int lane)
    implements ResidualArithmetic {
  @Override
  public Tensor like(Tensor other) {
    return own.like(other);
  }

  @Override
  public void difference(Tensor out, Tensor after, Tensor before) {
    if (hasRows(out)) {
      own.difference(out, after, before);
    }
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    if (hasRows(x)) {
      own.add(x, residual);
    }
  }

  @Override
  public double sumAbs(Tensor residual) {
    return meeting.sum(lane, hasRows(residual) ? own.sumAbs(residual) : 0);
  }

  @Override
  public double sumAbsChange(Tensor previous, Tensor after, Tensor before) {
    double sum = hasRows(after) ? own.sumAbsChange(previous, after, before) : 0;
    return meeting.sum(lane, sum);
  }

  @Override
  public void derive(List<Tensor> terms, Tensor before, Tensor after, float window) {
    if (hasRows(after)) {
      own.derive(terms, before, after, window);
    }
  }

  @Override
  public void addTaylor(Tensor x, List<Tensor> terms, int elapsed) {
    if (hasRows(x)) {
      own.addTaylor(x, terms, elapsed);
    }
  }

  private static boolean hasRows(Tensor stream) {
    return stream.shape().dim(0) > 0;
  }
}
