package io.inkstream.engine.scheduler;

import java.util.OptionalDouble;

/// `scheduler_config.json` of a flow-matching model, under diffusers' names.
///
/// @param baseShift `mu` at `baseImageSeqLen` tokens
/// @param maxShift `mu` at `maxImageSeqLen` tokens; `mu` is linear in between and beyond
/// @param shiftTerminal the last sigma before 0, in `[0, 1)`; none and 0 both mean: not stretched
/// @param useDynamicShifting shift by `mu`; else by the constant `shift`
/// @param shift the constant shift, above 0
/// @param numTrainTimesteps what a sigma of 1 is as a time step
public record FlowMatchConfig(
    double baseShift,
    double maxShift,
    int baseImageSeqLen,
    int maxImageSeqLen,
    OptionalDouble shiftTerminal,
    boolean useDynamicShifting,
    TimeShiftType timeShiftType,
    double shift,
    int numTrainTimesteps) {
  public FlowMatchConfig {
    require(Double.isFinite(baseShift), "base_shift", baseShift, "finite");
    require(Double.isFinite(maxShift), "max_shift", maxShift, "finite");
    require(baseImageSeqLen >= 1, "base_image_seq_len", baseImageSeqLen, "1 or more");
    require(
        maxImageSeqLen > baseImageSeqLen,
        "max_image_seq_len",
        maxImageSeqLen,
        "above base_image_seq_len (" + baseImageSeqLen + ")");
    double terminal = shiftTerminal.orElse(0);
    require(terminal >= 0 && terminal < 1, "shift_terminal", terminal, "in [0, 1)");
    require(shift > 0 && Double.isFinite(shift), "shift", shift, "finite and above 0");
    require(numTrainTimesteps >= 1, "num_train_timesteps", numTrainTimesteps, "1 or more");
  }

  /// The shift for an image of so many tokens (diffusers' `calculate_shift`).
  double mu(int imageTokens) {
    double slope = (maxShift - baseShift) / (maxImageSeqLen - baseImageSeqLen);
    double intercept = baseShift - slope * baseImageSeqLen;
    return imageTokens * slope + intercept;
  }

  private static void require(boolean holds, String name, Number value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ": it must be " + allowed);
    }
  }
}
