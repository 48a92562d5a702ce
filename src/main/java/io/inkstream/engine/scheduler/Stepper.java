package io.inkstream.engine.scheduler;

/// Leads one picture from noise level to noise level along `dx/dsigma = v`; one for each picture of
/// a request. What it keeps of earlier steps or evaluations is its own.
public interface Stepper {
  /// The noise levels at which a step evaluates the velocity, the step's own first. A level may be
  /// any, also that of a later step; all pictures of a request are evaluated together.
  default float[] evaluations(float sigma, float nextSigma) {
    return new float[] {sigma};
  }

  /// Called once for each evaluation of a step, in turn: the sample, in place, becomes the point
  /// where the next evaluation is, and after the last one the step's end.
  ///
  /// @param velocity at the evaluation; kept by some, so nobody may write to it
  /// @throws IllegalArgumentException if the arrays differ in length
  void step(float[] sample, float[] velocity, float sigma, float nextSigma);
}
