package io.inkstream.cli.bench;

import static io.inkstream.engine.cache.CacheDitKey.*;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.StepsComputationMask;
import io.inkstream.engine.cache.StepsMaskPreset;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.scheduler.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/// One way to draw with less work: a setting of one of three families.
///
/// @param name for people, alike at every number of steps
/// @param of what it makes of a request of so many steps
record Contender(Family family, String name, IntFunction<UnaryOperator<GenerationRequest>> of) {
  /// What is compared.
  enum Family {
    /// cache-dit's settings of block caches.
    CACHE,
    /// Steps that are not computed at all.
    FORECAST,
    /// Plain solvers with as many steps as the others compute.
    FEWER
  }

  private static final List<Double> SHARES = List.of(0.34, 0.4, 0.5, 0.6);

  /// SGLang's settings, better ones for a few or for many steps; forecasts of every policy; fewer
  /// steps of plain solvers.
  static List<Contender> grid() {
    List<Contender> grid = new ArrayList<>();
    grid.add(cache("F1B0 W4 R0.24 MC3 (SGLang's defaults)", c -> c));
    grid.add(cache("F1B0 W4 R0.12 MC3", c -> c.with(RESIDUAL_DIFF_THRESHOLD, 0.12)));
    grid.add(cache("F1B0 W6 R0.5 MC2", c -> warm(c, 6, 0.5, 2)));
    grid.add(cache("F1B0 W8 R0.24 MC3 + TaylorSeer 1", c -> taylor(warm(c, 8, 0.24, 3), 1)));
    grid.add(cache("F1B0 W12 R0.5 MC2 + TaylorSeer 1", c -> taylor(warm(c, 12, 0.5, 2), 1)));
    grid.add(
        cache(
            "F2B1 W4 R0.4 MC4 + TaylorSeer 2 (the cookbook's)",
            c ->
                taylor(
                    warm(c.with(FN_COMPUTE_BLOCKS, 2).with(BN_COMPUTE_BLOCKS, 1), 4, 0.4, 4), 2)));
    grid.add(slowMask());
    grid.addAll(policies());
    for (Sampler sampler : Sampler.values()) {
      for (double share : SHARES) {
        grid.add(fewer(sampler, share));
      }
    }
    return List.copyOf(grid);
  }

  /// Forecasts of every policy.
  static List<Contender> policies() {
    List<Contender> policies = new ArrayList<>();
    for (Kind policy : List.of(Kind.BOTH_ENDS, Kind.CALIBRATED, Kind.POWER_LAW)) {
      for (double share : SHARES) {
        policies.add(forecast(policy, share));
      }
    }
    for (double share : List.of(0.2, 0.34, 0.5)) {
      policies.add(forecast(Kind.MEAN_CACHE, share));
    }
    for (double tolerance : List.of(0.04, 0.02, 0.01)) {
      policies.add(guarded(tolerance));
    }
    return policies;
  }

  /// @param steps of the picture that is aimed at
  GenerationRequest apply(GenerationRequest request, int steps) {
    return of.apply(steps).apply(request);
  }

  private static Contender cache(String name, UnaryOperator<DBCacheConfig> change) {
    var config = change.apply(DBCacheConfig.sglangDefaults());
    return new Contender(
        Family.CACHE, name, _ -> request -> request.withCache(Optional.of(config)));
  }

  private static Contender slowMask() {
    var defaults = DBCacheConfig.sglangDefaults();
    return new Contender(
        Family.CACHE,
        "F1B0 W4 R0.24 MC3 + SCM slow, dynamic",
        steps -> {
          var mask = StepsComputationMask.preset(StepsMaskPreset.SLOW, steps);
          var config = defaults.with(mask);
          return request -> request.withCache(Optional.of(config));
        });
  }

  private static DBCacheConfig warm(
      DBCacheConfig config, int warmup, double threshold, int continuous) {
    return config
        .with(MAX_WARMUP_STEPS, warmup)
        .with(RESIDUAL_DIFF_THRESHOLD, threshold)
        .with(MAX_CONTINUOUS_CACHED_STEPS, continuous);
  }

  private static DBCacheConfig taylor(DBCacheConfig config, int order) {
    return config.with(ENABLE_TAYLORSEER, true).with(TAYLORSEER_ORDER, order);
  }

  private static Contender forecast(Kind policy, double share) {
    var params = ForecastParams.together(Optional.of(policy), Optional.of(share), Optional.empty());
    return forecast(String.format(Locale.ROOT, "%s %.2g", policy, share), params);
  }

  private static Contender guarded(double tolerance) {
    var params =
        ForecastParams.together(
            Optional.of(Kind.GUARDED), Optional.of(0.34), Optional.of(tolerance));
    return forecast("guarded 0.34, tolerance " + tolerance, params);
  }

  private static Contender forecast(String name, ForecastParams params) {
    return new Contender(
        Family.FORECAST,
        name,
        _ -> request -> request.withApproximation(new Approximation.Forecast(params)));
  }

  private static Contender fewer(Sampler sampler, double share) {
    return new Contender(
        Family.FEWER,
        String.format(Locale.ROOT, "%s, %.1f of the steps", sampler, share),
        steps ->
            request ->
                request.withSampler(sampler).withSteps(ForecastPolicy.computedSteps(share, steps)));
  }
}
