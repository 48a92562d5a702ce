package io.inkstream.engine.estimate;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDecision.Reason;
import io.inkstream.engine.cache.CacheDecision.Reuse;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.StepsComputationMask;
import io.inkstream.engine.cache.StepsComputationPolicy;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.request.Approximation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StepCostsTest {
  private static final LatentSize SIZE = LatentSize.ofPixels(64, 64, 8);
  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final DBCacheConfig F1B1 =
      DBCacheConfig.sglangDefaults().with(BN_COMPUTE_BLOCKS, 1);
  private static final CacheDecision COMPUTED = new Compute(Reason.WARMUP, OptionalDouble.empty());
  private static final CacheDecision REUSED = new Reuse(OptionalDouble.empty());

  @Test
  void everyStepInFullIsKnownBefore() {
    var costs = costs(new Approximation.None(), Optional.empty(), 20);

    assertThat(costs.left(0, 0)).isEqualTo(20);
    assertThat(costs.left(0, 1)).isEqualTo(20);
    assertThat(costs.left(15, 0)).isEqualTo(5);
    assertThat(costs.left(20, 0)).isZero();
  }

  @Test
  void aForecastsComputedStepsAreKnownBefore() {
    var costs = costs(new ForecastPolicy.PowerLaw(0.5), 20);

    assertThat(costs.left(0, 0)).isEqualTo(10);
    assertThat(costs.left(0, 1)).isEqualTo(10);
    // dense early, sparse late
    assertThat(costs.left(10, 0)).isLessThan(5);
  }

  @Test
  void aGuardedForecastMayComputeEveryStepAndMustComputeItsPlan() {
    var costs = costs(new ForecastPolicy.Guarded(0.5, 0.04), 20);

    assertThat(costs.left(0, 0)).isEqualTo(20);
    assertThat(costs.left(0, 1)).isEqualTo(10);
    assertThat(costs(new ForecastPolicy.Guarded(0.5, 0.04), 2).left(0, 1)).isEqualTo(2);
  }

  @Test
  void aReusedStepCostsTheBlocksThatAlwaysRun() {
    var config =
        F1B1.with(new StepsComputationMask("1100")).with(SCM_POLICY, StepsComputationPolicy.STATIC);
    var costs = costs(new Approximation.Cache(config), Optional.empty(), 4);

    assertThat(costs.left(0, 0)).isCloseTo(2 + 2 * 0.2, EXACTLY);
    assertThat(costs.left(0, 1)).isCloseTo(2 + 2 * 0.2, EXACTLY);
  }

  @Test
  void whatAThresholdDecidesIsBetweenAllAndNothing() {
    // Given: warm-up of 4 steps, then at most 3 in a row are reused
    var costs = costs(new Approximation.Cache(F1B1), Optional.empty(), 12);

    assertThat(costs.left(0, 0)).isEqualTo(12);
    assertThat(costs.left(0, 1)).isCloseTo(4 + 2 + 6 * 0.2, EXACTLY);
    assertThat(costs.left(0, 0.5)).isCloseTo((12 + 7.2) / 2, EXACTLY);
  }

  @Test
  void aStepThatWasMadeCostsWhatRan() {
    var costs = costs(new Approximation.Cache(F1B1), Optional.empty(), 12);

    assertThat(costs.of(List.of(COMPUTED, COMPUTED), Optional.empty())).isEqualTo(1);
    assertThat(costs.of(List.of(COMPUTED, REUSED), Optional.empty())).isCloseTo(0.6, EXACTLY);
    assertThat(costs.of(List.of(REUSED, REUSED), Optional.empty())).isCloseTo(0.2, EXACTLY);
    assertThat(costs.of(List.of(), Optional.of(new ForecastDecision.Computed()))).isEqualTo(1);
    assertThat(costs.of(List.of(), Optional.of(new ForecastDecision.Forecast(1)))).isZero();
    assertThat(costs.of(List.of(), Optional.empty())).isEqualTo(1);
  }

  private static StepCosts costs(ForecastPolicy policy, int steps) {
    return costs(new Approximation.None(), Optional.of(policy), steps);
  }

  private static StepCosts costs(
      Approximation approximation, Optional<ForecastPolicy> policy, int steps) {
    return StepCosts.of(new Load(SIZE, 1, 1, 1, steps, 1, 2, 1, approximation), policy, 10);
  }
}
