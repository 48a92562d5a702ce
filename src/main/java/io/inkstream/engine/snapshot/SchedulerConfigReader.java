package io.inkstream.engine.snapshot;

import io.inkstream.engine.scheduler.FlowMatchConfig;
import io.inkstream.engine.scheduler.TimeShiftType;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.SnapshotException;
import java.util.List;
import java.util.OptionalDouble;

/// Reads `scheduler_config.json`, refusing what the scheduler here would silently do otherwise.
public record SchedulerConfigReader(ComponentConfig config) {
  private static final List<String> NOT_SUPPORTED =
      List.of(
          "use_karras_sigmas",
          "use_exponential_sigmas",
          "use_beta_sigmas",
          "invert_sigmas",
          "stochastic_sampling");

  /// The scheduler's settings; what the file leaves out has diffusers' default.
  public FlowMatchConfig read() {
    if (!config.className().equals("FlowMatchEulerDiscreteScheduler")) {
      throw config.wrong("_class_name", "FlowMatchEulerDiscreteScheduler");
    }
    for (String key : NOT_SUPPORTED) {
      if (config.flag(key, false)) {
        throw config.wrong(key, "false");
      }
    }
    try {
      return new FlowMatchConfig(
          config.number("base_shift", 0.5),
          config.number("max_shift", 1.15),
          config.positiveInt("base_image_seq_len", 256),
          config.positiveInt("max_image_seq_len", 4096),
          config.has("shift_terminal")
              ? OptionalDouble.of(config.number("shift_terminal"))
              : OptionalDouble.empty(),
          config.flag("use_dynamic_shifting", false),
          timeShiftType(),
          config.number("shift", 1.0),
          config.positiveInt("num_train_timesteps", 1000));
    } catch (IllegalArgumentException e) {
      throw new SnapshotException(config.file(), String.valueOf(e.getMessage()));
    }
  }

  private TimeShiftType timeShiftType() {
    return TimeShiftType.named(config.text("time_shift_type", "exponential"))
        .orElseThrow(() -> config.wrong("time_shift_type", "exponential or linear"));
  }
}
