package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.OptionalDouble;

/// What the first blocks added to the image stream at a branch's last computed step.
final class FnResidual implements AutoCloseable {
  private final ResidualArithmetic arithmetic;
  private final PictureTensors residual;
  // Not before it is asked for: a device would have to stop for it.
  private OptionalDouble sumAbs = OptionalDouble.empty();

  FnResidual(ResidualArithmetic arithmetic) {
    this.arithmetic = arithmetic;
    this.residual = new PictureTensors(arithmetic);
  }

  boolean fits(List<Tensor> after) {
    return residual.fits(after);
  }

  void set(List<Tensor> before, List<Tensor> after) {
    residual.setDifference(after, before);
    sumAbs = OptionalDouble.empty();
  }

  /// `mean |previous - now| / mean |previous|` over all pictures; NaN if all of both are 0.
  double relativeDiff(List<Tensor> before, List<Tensor> after) {
    double change = 0;
    for (int i = 0; i < after.size(); i++) {
      change += arithmetic.sumAbsChange(residual.get(i), after.get(i), before.get(i));
    }
    return change / sumAbs(after.size());
  }

  private double sumAbs(int pictures) {
    if (sumAbs.isEmpty()) {
      double sum = 0;
      for (int i = 0; i < pictures; i++) {
        sum += arithmetic.sumAbs(residual.get(i));
      }
      sumAbs = OptionalDouble.of(sum);
    }
    return sumAbs.getAsDouble();
  }

  @Override
  public void close() {
    residual.close();
  }
}
