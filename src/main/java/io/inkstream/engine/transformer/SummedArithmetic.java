package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.ResidualArithmetic;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// A cache's arithmetic on the rows of one lane, whose sums are those of all lanes: so that all
/// decide alike.
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
    own.difference(out, after, before);
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    own.add(x, residual);
  }

  @Override
  public double sumAbs(Tensor residual) {
    return meeting.sum(lane, own.sumAbs(residual));
  }

  @Override
  public double sumAbsChange(Tensor previous, Tensor after, Tensor before) {
    return meeting.sum(lane, own.sumAbsChange(previous, after, before));
  }

  @Override
  public void derive(List<Tensor> terms, Tensor before, Tensor after, float window) {
    own.derive(terms, before, after, window);
  }

  @Override
  public void addTaylor(Tensor x, List<Tensor> terms, int elapsed) {
    own.addTaylor(x, terms, elapsed);
  }
}
