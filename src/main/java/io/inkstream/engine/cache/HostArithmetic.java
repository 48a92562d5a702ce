package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// One pass each over float32 tensors of the host.
record HostArithmetic() implements ResidualArithmetic {
  @Override
  public Tensor like(Tensor other) {
    return Tensor.zeros(other.shape().dims());
  }

  @Override
  public void difference(Tensor out, Tensor after, Tensor before) {
    Residuals.difference(out, after, before);
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    Residuals.add(x, residual);
  }

  @Override
  public double sumAbs(Tensor residual) {
    return Residuals.sumAbs(residual);
  }

  @Override
  public double sumAbsChange(Tensor previous, Tensor after, Tensor before) {
    return Residuals.sumAbsChange(previous, after, before);
  }

  @Override
  public void derive(List<Tensor> terms, Tensor before, Tensor after, float window) {
    new TaylorTerms(terms).derive(before, after, window);
  }

  @Override
  public void addTaylor(Tensor x, List<Tensor> terms, int elapsed) {
    new TaylorTerms(terms).addTo(x, elapsed);
  }
}
