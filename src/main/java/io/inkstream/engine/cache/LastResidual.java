package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// No forecast: the last computed residual.
final class LastResidual implements Calibrator {
  private final SampleTensors residual;

  LastResidual(ResidualArithmetic arithmetic) {
    this.residual = new SampleTensors(arithmetic);
  }

  @Override
  public void markStepBegin() {}

  @Override
  public void update(List<Tensor> before, List<Tensor> after) {
    residual.setDifference(after, before);
  }

  @Override
  public void addTo(List<Tensor> samples) {
    residual.addTo(samples);
  }

  @Override
  public void close() {
    residual.close();
  }
}
