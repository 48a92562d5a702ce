package io.inkstream.cache;

import static io.inkstream.cache.InvalidCacheConfigException.require;

import java.util.List;

/// The library's masks, from cautious to fast. Each is a table for 28 steps, stretched for more and
/// cut for fewer; from 15 steps down there are tables of their own.
public enum StepsMaskPreset {
  SLOW(
      new Table(List.of(8, 3, 3, 2, 1, 1), List.of(1, 2, 2, 2, 3)),
      new Table(List.of(4, 2, 2, 2, 1), List.of(1, 1, 1, 1)),
      new Table(List.of(5, 2, 1), List.of(1)),
      new Table(List.of(5, 1, 1), List.of(1))),
  MEDIUM(
      new Table(List.of(6, 2, 2, 2, 2, 1), List.of(1, 3, 3, 3, 3)),
      new Table(List.of(4, 2, 1, 1, 1), List.of(1, 1, 2, 2)),
      new Table(List.of(5, 1, 1), List.of(1, 1)),
      new Table(List.of(4, 1, 1), List.of(1, 1))),
  FAST(
      new Table(List.of(6, 1, 1, 1, 1, 1), List.of(1, 3, 4, 5, 4)),
      new Table(List.of(3, 1, 1, 1, 1), List.of(1, 2, 2, 3)),
      new Table(List.of(4, 1, 1), List.of(1, 2)),
      new Table(List.of(3, 1, 1), List.of(1, 2))),
  ULTRA(
      new Table(List.of(4, 1, 1, 1, 1), List.of(2, 5, 6, 7)),
      new Table(List.of(2, 1, 1, 1, 1), List.of(1, 2, 3, 3)),
      new Table(List.of(3, 1, 1), List.of(2, 2)),
      new Table(List.of(2, 1, 1), List.of(2, 2)));

  private static final int TABLE_STEPS = 28;
  private static final Table SIX = new Table(List.of(3, 1), List.of(2));
  private static final Table FOUR = new Table(List.of(2, 1), List.of(1));

  private record Table(List<Integer> compute, List<Integer> cache) {
    StepBins bins() {
      return new StepBins(compute, cache);
    }
  }

  private final Table usual;
  private final Table below16;
  private final Table nine;
  private final Table eight;

  StepsMaskPreset(Table usual, Table below16, Table nine, Table eight) {
    this.usual = usual;
    this.below16 = below16;
    this.nine = nine;
    this.eight = eight;
  }

  String bits(int steps) {
    String bits = bins(steps).truncate(steps).bits(steps);
    return bits.substring(0, steps - 1) + "1";
  }

  private StepBins bins(int steps) {
    if (steps > TABLE_STEPS) {
      return usual.bins().stretch(steps, steps / (double) TABLE_STEPS * 0.5);
    }
    return table(steps).bins();
  }

  private Table table(int steps) {
    require(
        steps >= 8 || steps == 6 || steps == 4,
        "num_inference_steps",
        steps,
        "4, 6, or 8 and more with an scm_preset");
    return switch (steps) {
      case 4 -> FOUR;
      case 6 -> SIX;
      case 8 -> eight;
      case 9 -> nine;
      default -> steps < 16 ? below16 : usual;
    };
  }
}
