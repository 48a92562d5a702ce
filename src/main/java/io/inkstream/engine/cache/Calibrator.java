package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// Remembers what the middle blocks added to one stream of one branch at computed steps, and says
/// what to add at the others. All pictures of a batch together.
sealed interface Calibrator extends AutoCloseable
    permits LastResidual, TaylorSeerCalibrator, DmdCalibrator {
  static Calibrator of(CalibratorConfig config) {
    return of(config, ResidualArithmetic.HOST);
  }

  static Calibrator of(CalibratorConfig config, ResidualArithmetic arithmetic) {
    return switch (config) {
      case CalibratorConfig.None() -> new LastResidual(arithmetic);
      case CalibratorConfig.TaylorSeer(int order) -> new TaylorSeerCalibrator(order, arithmetic);
      case CalibratorConfig.Dmd dmd -> new DmdCalibrator(dmd);
    };
  }

  /// A forward of the branch begins, computed or not.
  void markStepBegin();

  /// The step was computed: takes `after - before`.
  void update(List<Tensor> before, List<Tensor> after);

  /// Adds it to each picture, in place.
  ///
  /// @throws IllegalArgumentException if nothing was computed for pictures of these shapes
  void addTo(List<Tensor> pictures);

  @Override
  void close();
}
