package io.inkstream.cache;

import io.inkstream.tensor.Tensor;
import java.util.List;

/// What the first blocks added to the image stream at a branch's last computed step.
final class FnResidual implements AutoCloseable {
  private final SampleTensors residual = new SampleTensors();
  private double sumAbs;

  boolean fits(List<Tensor> after) {
    return residual.fits(after);
  }

  void set(List<Tensor> before, List<Tensor> after) {
    residual.setDifference(after, before);
    sumAbs = 0;
    for (int i = 0; i < after.size(); i++) {
      sumAbs += Residuals.sumAbs(residual.get(i));
    }
  }

  /// `mean |previous - now| / mean |previous|` over all samples; NaN if all of both are 0.
  double relativeDiff(List<Tensor> before, List<Tensor> after) {
    double change = 0;
    for (int i = 0; i < after.size(); i++) {
      change += Residuals.sumAbsChange(residual.get(i), after.get(i), before.get(i));
    }
    return change / sumAbs;
  }

  @Override
  public void close() {
    residual.close();
  }
}
