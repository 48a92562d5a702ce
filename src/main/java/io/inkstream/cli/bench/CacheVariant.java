package io.inkstream.cli.bench;

import static io.inkstream.engine.cache.CacheDitKey.*;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.CalibratorConfig;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.StepsComputationMask;
import io.inkstream.engine.cache.StepsMaskPreset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One way to reuse steps, for requests of any number of steps.
///
/// @param name for people
/// @param config all but the mask, which depends on the steps
record CacheVariant(String name, DBCacheConfig config, Optional<StepsMaskPreset> mask) {
  /// From SGLang's defaults to more cautious and to bolder ones.
  static List<CacheVariant> grid() {
    var defaults = DBCacheConfig.sglangDefaults();
    return List.of(
        plain("F1B0 W4 R0.24 MC3 (SGLang's defaults)", defaults),
        plain("F1B0 W4 R0.12 MC3", defaults.with(RESIDUAL_DIFF_THRESHOLD, 0.12)),
        plain("F1B0 W4 R0.08 MC3", defaults.with(RESIDUAL_DIFF_THRESHOLD, 0.08)),
        plain("F1B0 W4 R0.24 MC3 + TaylorSeer 1", taylorSeer(defaults, 1)),
        plain(
            "F2B1 W4 R0.4 MC4 + TaylorSeer 2 (the cookbook's)",
            taylorSeer(blocks(defaults, 2, 1, 0.4, 4), 2)),
        new CacheVariant(
            "F1B0 W4 R0.24 MC3 + SCM fast, dynamic", defaults, Optional.of(StepsMaskPreset.FAST)),
        plain("F1B0 W4 R0.24 MC3 + DMD", defaults.with(ENABLE_DMD, true)),
        plain("F4B4 W4 R0.2 MC3", blocks(defaults, 4, 4, 0.2, 3)));
  }

  /// The settings of a request of that many steps.
  DBCacheConfig at(int steps) {
    return mask.map(preset -> StepsComputationMask.preset(preset, steps))
        .map(bits -> config.with(bits))
        .orElse(config);
  }

  /// As the reference worker reads it: JSON without spaces.
  String wire() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("F", config.get(FN_COMPUTE_BLOCKS)).put("B", config.get(BN_COMPUTE_BLOCKS));
    json.put("warmup", config.get(MAX_WARMUP_STEPS))
        .put("rdt", config.get(RESIDUAL_DIFF_THRESHOLD));
    json.put("mc", config.get(MAX_CONTINUOUS_CACHED_STEPS));
    mask.ifPresent(preset -> json.put("scm", preset.name().toLowerCase(Locale.ROOT)));
    switch (config.calibrator()) {
      case CalibratorConfig.None() -> {}
      case CalibratorConfig.TaylorSeer(int order) -> json.put("taylor", order);
      case CalibratorConfig.Dmd _ -> json.put("dmd", true);
    }
    return json.toString();
  }

  private static CacheVariant plain(String name, DBCacheConfig config) {
    return new CacheVariant(name, config, Optional.empty());
  }

  private static DBCacheConfig taylorSeer(DBCacheConfig from, int order) {
    return from.with(ENABLE_TAYLORSEER, true).with(TAYLORSEER_ORDER, order);
  }

  private static DBCacheConfig blocks(DBCacheConfig from, int fn, int bn, double rdt, int mc) {
    return from.with(FN_COMPUTE_BLOCKS, fn)
        .with(BN_COMPUTE_BLOCKS, bn)
        .with(RESIDUAL_DIFF_THRESHOLD, rdt)
        .with(MAX_CONTINUOUS_CACHED_STEPS, mc);
  }
}
