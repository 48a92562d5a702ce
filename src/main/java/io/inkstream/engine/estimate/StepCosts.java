package io.inkstream.engine.estimate;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDitKey;
import io.inkstream.engine.cache.CacheOutlook;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastDecision.Computed;
import io.inkstream.engine.forecast.ForecastPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What the steps of a request cost, as far as it is known before: a step that runs every block of
/// the transformer is 1, one that is forecast 0, one that a cache reuses the share of the blocks
/// that always run. The arrays are the record's own: nobody may write to them.
///
/// @param least of each step, if whatever may be saved is saved
/// @param most of each step, if nothing is saved that need not be
/// @param reused of a step that a cache reuses
@SuppressWarnings("ArrayRecordComponent") // read, compared never
public record StepCosts(double[] least, double[] most, double reused) {
  /// Those of a load.
  ///
  /// @param forecast the policy that it came to
  /// @param blocks of the transformer
  public static StepCosts of(Load load, Optional<ForecastPolicy> forecast, int blocks) {
    Function<DBCacheConfig, StepCosts> cached = cache -> cached(cache, load, blocks);
    return forecast
        .map(policy -> forecast(policy, load.steps()))
        .or(() -> load.cache().map(cached))
        .orElseGet(() -> new StepCosts(each(load.steps(), 1), each(load.steps(), 1), 1));
  }

  private static StepCosts cached(DBCacheConfig cache, Load load, int blocks) {
    int always =
        cache.get(CacheDitKey.FN_COMPUTE_BLOCKS) + cache.get(CacheDitKey.BN_COMPUTE_BLOCKS);
    double reused = (double) always / blocks;
    return new StepCosts(
        cached(cache, load, true, reused), cached(cache, load, false, reused), reused);
  }

  private static double[] cached(DBCacheConfig cache, Load load, boolean reuses, double reused) {
    double[] computed = CacheOutlook.computed(cache, load.branches(), load.steps(), reuses);
    return Arrays.stream(computed).map(share -> share + (1 - share) * reused).toArray();
  }

  private static StepCosts forecast(ForecastPolicy policy, int steps) {
    double[] certain = each(steps, 0);
    policy.certainSteps(steps).forEach(step -> certain[step] = 1);
    return new StepCosts(certain, policy.decidesOnTheWay() ? each(steps, 1) : certain, 0);
  }

  private static double[] each(int steps, double cost) {
    double[] costs = new double[steps];
    Arrays.fill(costs, cost);
    return costs;
  }

  /// What a step cost that has been made.
  ///
  /// @param cache what was decided, for each branch; none without a cache
  /// @param forecast whether it was computed or forecast; empty without a forecast
  public double of(List<CacheDecision> cache, Optional<ForecastDecision> forecast) {
    return forecast
        .map(decision -> decision instanceof Computed ? 1.0 : 0.0)
        .orElseGet(() -> cache.stream().mapToDouble(this::of).average().orElse(1));
  }

  private double of(CacheDecision decision) {
    return decision instanceof Compute ? 1 : reused;
  }

  /// What the steps cost that are left.
  ///
  /// @param made steps
  /// @param saved how much is saved of what may be, 0 to 1
  public double left(int made, double saved) {
    double left = 0;
    for (int step = made; step < most.length; step++) {
      left += most[step] - saved * (most[step] - least[step]);
    }
    return left;
  }
}
