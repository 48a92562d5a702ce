package io.inkstream.engine.cache;

import java.util.Optional;
import java.util.OptionalDouble;

/// Collects the settings of a [DBCacheConfig], starting from the library's defaults.
public final class DBCacheConfigBuilder {
  private int fnComputeBlocks = 8;
  private int bnComputeBlocks = 0;
  private double residualDiffThreshold = 0.08;
  private int maxWarmupSteps = 8;
  private int warmupInterval = 1;
  private int maxCachedSteps = -1;
  private int maxContinuousCachedSteps = -1;
  private OptionalDouble maxAccumulatedResidualDiff = OptionalDouble.empty();
  private SeparateCfg separateCfg = SeparateCfg.BY_BRANCHES;
  private boolean cfgComputeFirst;
  private boolean cfgDiffComputeSeparate = true;
  private Optional<StepsComputationMask> mask = Optional.empty();
  private StepsComputationPolicy policy = StepsComputationPolicy.DYNAMIC;
  private CalibratorConfig calibrator = new CalibratorConfig.None();

  public DBCacheConfigBuilder() {}

  DBCacheConfigBuilder(DBCacheConfig from) {
    fnComputeBlocks = from.fnComputeBlocks();
    bnComputeBlocks = from.bnComputeBlocks();
    residualDiffThreshold = from.residualDiffThreshold();
    maxWarmupSteps = from.maxWarmupSteps();
    warmupInterval = from.warmupInterval();
    maxCachedSteps = from.maxCachedSteps();
    maxContinuousCachedSteps = from.maxContinuousCachedSteps();
    maxAccumulatedResidualDiff = from.maxAccumulatedResidualDiff();
    separateCfg = from.separateCfg();
    cfgComputeFirst = from.cfgComputeFirst();
    cfgDiffComputeSeparate = from.cfgDiffComputeSeparate();
    mask = from.mask();
    policy = from.policy();
    calibrator = from.calibrator();
  }

  public DBCacheConfigBuilder fnComputeBlocks(int value) {
    fnComputeBlocks = value;
    return this;
  }

  public DBCacheConfigBuilder bnComputeBlocks(int value) {
    bnComputeBlocks = value;
    return this;
  }

  public DBCacheConfigBuilder residualDiffThreshold(double value) {
    residualDiffThreshold = value;
    return this;
  }

  public DBCacheConfigBuilder maxWarmupSteps(int value) {
    maxWarmupSteps = value;
    return this;
  }

  public DBCacheConfigBuilder warmupInterval(int value) {
    warmupInterval = value;
    return this;
  }

  public DBCacheConfigBuilder maxCachedSteps(int value) {
    maxCachedSteps = value;
    return this;
  }

  public DBCacheConfigBuilder maxContinuousCachedSteps(int value) {
    maxContinuousCachedSteps = value;
    return this;
  }

  public DBCacheConfigBuilder maxAccumulatedResidualDiff(double value) {
    maxAccumulatedResidualDiff = OptionalDouble.of(value);
    return this;
  }

  public DBCacheConfigBuilder separateCfg(SeparateCfg value) {
    separateCfg = value;
    return this;
  }

  public DBCacheConfigBuilder cfgComputeFirst(boolean value) {
    cfgComputeFirst = value;
    return this;
  }

  public DBCacheConfigBuilder cfgDiffComputeSeparate(boolean value) {
    cfgDiffComputeSeparate = value;
    return this;
  }

  public DBCacheConfigBuilder mask(StepsComputationMask value) {
    mask = Optional.of(value);
    return this;
  }

  public DBCacheConfigBuilder policy(StepsComputationPolicy value) {
    policy = value;
    return this;
  }

  public DBCacheConfigBuilder calibrator(CalibratorConfig value) {
    calibrator = value;
    return this;
  }

  /// The settings, checked.
  ///
  /// @throws InvalidCacheConfigException if a setting is not allowed
  public DBCacheConfig build() {
    return new DBCacheConfig(
        fnComputeBlocks,
        bnComputeBlocks,
        residualDiffThreshold,
        maxWarmupSteps,
        warmupInterval,
        maxCachedSteps,
        maxContinuousCachedSteps,
        maxAccumulatedResidualDiff,
        separateCfg,
        cfgComputeFirst,
        cfgDiffComputeSeparate,
        mask,
        policy,
        calibrator);
  }
}
