package io.inkstream.engine.cache;

/// How the residual of the blocks that a hit skips is predicted from those computed before.
public sealed interface CalibratorConfig {
  /// Not at all: the last computed one.
  record None() implements CalibratorConfig {}

  /// A Taylor expansion, see `TaylorSeerCalibrator`.
  ///
  /// @param order derivatives, 0 to 4; 0 gives what [None] gives
  record TaylorSeer(int order) implements CalibratorConfig {}

  /// Dynamic mode decomposition, see `DmdCalibrator`.
  ///
  /// @param history computed residuals that are kept, 1 to 32; fewer than 4 never suffice for a fit
  /// @param rank modes of a fit, up to 32; 0 takes those above 1e-4 of the strongest
  /// @param ridge what is added to singular values before they divide
  /// @param svdPrecision only part of the name here
  record Dmd(int history, int rank, double ridge, SvdPrecision svdPrecision)
      implements CalibratorConfig {}

  /// The library's choice between a randomised and two exact decompositions of a matrix with
  /// millions of rows. All agree up to rounding: the randomised one draws as many vectors as the
  /// matrix has columns. Here each stands for the one exact decomposition.
  enum SvdPrecision {
    LOW,
    MEDIUM,
    HIGH
  }

  /// Tensors kept for each stream of a picture, at most.
  default int buffers() {
    return switch (this) {
      case None() -> 1;
      case TaylorSeer(int order) -> order + 1;
      case Dmd dmd -> Math.max(dmd.history(), 3);
    };
  }
}
