package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// Nothing is extrapolated: the last computed residual.
final class LastResidual implements Calibrator {
  private final PictureTensors residual;

  LastResidual(ResidualArithmetic arithmetic) {
    this.residual = new PictureTensors(arithmetic);
  }

  @Override
  public void markStepBegin() {}

  @Override
  public void update(List<Tensor> before, List<Tensor> after) {
    residual.setDifference(after, before);
  }

  @Override
  public void addTo(List<Tensor> pictures) {
    residual.addTo(pictures);
  }

  @Override
  public void close() {
    residual.close();
  }
}
