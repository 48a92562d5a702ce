package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.InvalidCacheConfigException.require;

import java.util.List;

/// The library's masks, from cautious to fast. Each is a table for 28 steps, stretched for more and
/// cut for fewer; from 15 steps down there are tables of their own.
public enum StepsMaskPreset {
  SLOW,
  MEDIUM,
  FAST,
  ULTRA;

  private static final int TABLE_STEPS = 28;

  String bits(int steps) {
    String bits = bins(steps).truncate(steps).bits(steps);
    return bits.substring(0, steps - 1) + "1";
  }

  private StepBins bins(int steps) {
    require(
        steps >= 8 || steps == 6 || steps == 4,
        "num_inference_steps",
        steps,
        "4, 6, or 8 and more with an scm_preset");
    if (steps > TABLE_STEPS) {
      return usual().stretch(steps, steps / (double) TABLE_STEPS * 0.5);
    }
    return switch (steps) {
      case 4 -> new StepBins(List.of(2, 1), List.of(1));
      case 6 -> new StepBins(List.of(3, 1), List.of(2));
      case 8 -> eight();
      case 9 -> nine();
      default -> steps < 16 ? below16() : usual();
    };
  }

  private StepBins usual() {
    return switch (this) {
      case SLOW -> new StepBins(List.of(8, 3, 3, 2, 1, 1), List.of(1, 2, 2, 2, 3));
      case MEDIUM -> new StepBins(List.of(6, 2, 2, 2, 2, 1), List.of(1, 3, 3, 3, 3));
      case FAST -> new StepBins(List.of(6, 1, 1, 1, 1, 1), List.of(1, 3, 4, 5, 4));
      case ULTRA -> new StepBins(List.of(4, 1, 1, 1, 1), List.of(2, 5, 6, 7));
    };
  }

  private StepBins below16() {
    return switch (this) {
      case SLOW -> new StepBins(List.of(4, 2, 2, 2, 1), List.of(1, 1, 1, 1));
      case MEDIUM -> new StepBins(List.of(4, 2, 1, 1, 1), List.of(1, 1, 2, 2));
      case FAST -> new StepBins(List.of(3, 1, 1, 1, 1), List.of(1, 2, 2, 3));
      case ULTRA -> new StepBins(List.of(2, 1, 1, 1, 1), List.of(1, 2, 3, 3));
    };
  }

  private StepBins nine() {
    return switch (this) {
      case SLOW -> new StepBins(List.of(5, 2, 1), List.of(1));
      case MEDIUM -> new StepBins(List.of(5, 1, 1), List.of(1, 1));
      case FAST -> new StepBins(List.of(4, 1, 1), List.of(1, 2));
      case ULTRA -> new StepBins(List.of(3, 1, 1), List.of(2, 2));
    };
  }

  private StepBins eight() {
    return switch (this) {
      case SLOW -> new StepBins(List.of(5, 1, 1), List.of(1));
      case MEDIUM -> new StepBins(List.of(4, 1, 1), List.of(1, 1));
      case FAST -> new StepBins(List.of(3, 1, 1), List.of(1, 2));
      case ULTRA -> new StepBins(List.of(2, 1, 1), List.of(2, 2));
    };
  }
}
