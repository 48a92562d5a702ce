package io.inkstream.engine.scheduler;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/// What a request says otherwise than `scheduler_config.json`, under diffusers' names.
///
/// @param shiftTerminal 0: not stretched
public record SchedulerFields(
    Optional<Double> baseShift, Optional<Double> maxShift, Optional<Double> shiftTerminal) {
  /// Nothing.
  public static final SchedulerFields NONE =
      new SchedulerFields(Optional.empty(), Optional.empty(), Optional.empty());

  /// Those that Qwen-Image-Lightning was distilled with: a shift of 3 at every size.
  public static final SchedulerFields LIGHTNING =
      new SchedulerFields(Optional.of(Math.log(3)), Optional.of(Math.log(3)), Optional.of(0.0));

  private static final String BASE = "base_shift";
  private static final String MAX = "max_shift";
  private static final String TERMINAL = "shift_terminal";
  private static final Set<String> KEYS = new TreeSet<>(Set.of(BASE, MAX, TERMINAL));

  /// Of parsed JSON: `{"base_shift": 1.0986, "max_shift": 1.0986, "shift_terminal": null}`.
  ///
  /// @throws IllegalArgumentException naming what is not allowed
  public static SchedulerFields of(Map<?, ?> json) {
    for (Object key : json.keySet()) {
      if (!KEYS.contains(String.valueOf(key))) {
        throw new IllegalArgumentException("key is '%s', must be one of %s".formatted(key, KEYS));
      }
    }
    var terminal = json.containsKey(TERMINAL) && json.get(TERMINAL) == null;
    return new SchedulerFields(
        number(json, BASE),
        number(json, MAX),
        terminal ? Optional.of(0.0) : number(json, TERMINAL));
  }

  private static Optional<Double> number(Map<?, ?> json, String key) {
    Object value = json.get(key);
    if (value != null && !(value instanceof Number)) {
      throw new IllegalArgumentException("%s is '%s', must be a number".formatted(key, value));
    }
    return Optional.ofNullable((Number) value).map(Number::doubleValue);
  }

  /// These as JSON, those that are not said left out.
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    baseShift.ifPresent(value -> map.put(BASE, value));
    maxShift.ifPresent(value -> map.put(MAX, value));
    shiftTerminal.ifPresent(value -> map.put(TERMINAL, value));
    return map;
  }

  /// Whether nothing is said.
  public boolean isEmpty() {
    return equals(NONE);
  }

  /// These, and others where these say nothing.
  public SchedulerFields or(SchedulerFields others) {
    return new SchedulerFields(
        baseShift.or(others::baseShift),
        maxShift.or(others::maxShift),
        shiftTerminal.or(others::shiftTerminal));
  }

  /// A model's own with these in place of its.
  ///
  /// @throws IllegalArgumentException if a value is not allowed
  FlowMatchConfig over(FlowMatchConfig own) {
    return new FlowMatchConfig(
        baseShift.orElse(own.baseShift()),
        maxShift.orElse(own.maxShift()),
        own.baseImageSeqLen(),
        own.maxImageSeqLen(),
        shiftTerminal.map(OptionalDouble::of).orElse(own.shiftTerminal()),
        own.useDynamicShifting(),
        own.timeShiftType(),
        own.shift(),
        own.numTrainTimesteps());
  }
}
