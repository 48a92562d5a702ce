package io.inkstream.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDecision.Reason;
import io.inkstream.engine.cache.CacheDecision.Reuse;
import io.inkstream.engine.cache.CacheDitKey;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.pipeline.Admitted;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.CountedPrediction;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WorkTest {
  private static final Offset<Double> EXACTLY = within(1e-6);
  private static final int STEPS = 20;
  // Of one step: 512 tokens, two branches.
  private static final double STEP = 512 * 2;
  private static final DBCacheConfig CACHE = DBCacheConfig.sglangDefaults();
  private static final CacheDecision COMPUTED =
      new Compute(Reason.RESIDUAL_DIFF, OptionalDouble.of(0.5));
  private static final CacheDecision REUSED = new Reuse(OptionalDouble.of(0.1));

  private final Savings savings = new Savings();

  @Test
  void workIsStepsTimesTokensTimesBranchesTimesPictures() {
    var three = request().withDraws(new Draws(List.of(1L), 3));

    assertThat(work(Admitted.of(three)).left()).isEqualTo(STEPS * STEP * 3);
    assertThat(work(Admitted.of(request().withGuidance(STEPS, 1))).left())
        .isEqualTo(STEPS * STEP / 2);
  }

  @Test
  void whatWasDrawnIsNotLeft() {
    var work = work(Admitted.of(request()));

    work.made(step(1, List.of()));

    assertThat(work.left()).isEqualTo((STEPS - 1) * STEP);
  }

  @Test
  void aSamplerOfTwoEvaluationsHasTwiceTheWork() {
    var one = Admitted.of(request());
    var load = one.load();
    var twice =
        new AdmittedRequest(
            one.request(),
            new Load(
                load.size(),
                load.prompts(),
                load.promptTokens(),
                load.textTokens(),
                load.steps(),
                2,
                load.branches(),
                load.pictures(),
                load.approximation()),
            one.schedule(),
            one.forecast(),
            one.costs());

    assertThat(work(twice).left()).isEqualTo(2 * STEPS * STEP);
  }

  @Test
  void aStepMoreThanWereAdmittedLeavesNothing() {
    var work = work(Admitted.of(request()));

    for (int step = 1; step <= STEPS + 1; step++) {
      work.made(step(step, List.of()));
    }

    assertThat(work.left()).isZero();
  }

  @Test
  void aForecastPictureIsShorterByTheStepsThatItSkips() {
    var policy = Optional.<ForecastPolicy>of(new ForecastPolicy.PowerLaw(0.3));

    assertThat(work(Admitted.of(request(), policy)).left()).isEqualTo(6 * STEP);
  }

  @Test
  void aCacheThatNobodyHasSeenSavesNothing() {
    assertThat(work(cached(CACHE)).left()).isEqualTo(STEPS * STEP);
  }

  @Test
  void aThresholdsSavingsAreExpectedAsRecentJobsHadThem() {
    // Given: a job that reused half of what it could
    draw(work(cached(CACHE)), List.of(COMPUTED, REUSED));
    double least = least();

    // Then
    assertThat(work(cached(CACHE)).left()).isBetween(least, STEPS * STEP * 0.8);

    // When: many jobs reuse all they can
    for (int i = 0; i < 20; i++) {
      draw(work(cached(CACHE)), List.of(REUSED, REUSED));
    }

    // Then
    assertThat(work(cached(CACHE)).left()).isCloseTo(least, EXACTLY);
  }

  @Test
  void otherSettingsAndPlainJobsAreNotExpectedToSave() {
    draw(work(cached(CACHE)), List.of(REUSED, REUSED));

    assertThat(work(cached(CACHE.with(CacheDitKey.RESIDUAL_DIFF_THRESHOLD, 0.1))).left())
        .isEqualTo(STEPS * STEP);
    assertThat(work(Admitted.of(request())).left()).isEqualTo(STEPS * STEP);
  }

  @Test
  void aJobsOwnStepsCountToo() {
    var work = work(cached(CACHE));
    for (int step = 1; step <= 4; step++) {
      work.made(step(step, List.of(COMPUTED, COMPUTED))); // the warm-up
    }
    assertThat(work.left()).isEqualTo(16 * STEP);

    work.made(step(5, List.of(REUSED, REUSED)));

    assertThat(work.left()).isLessThan(15 * STEP).isPositive();
  }

  @Test
  void aStepTakesTheUnitsOfTheBlocksThatRan() {
    var work = work(cached(CACHE)); // F1B0 of 10 blocks

    assertThat(work.units(step(1, List.of(COMPUTED, COMPUTED)))).isEqualTo(STEP);
    assertThat(work.units(step(1, List.of(REUSED, REUSED)))).isCloseTo(STEP / 10, EXACTLY);
  }

  private double least() {
    var costs = cached(CACHE).costs();
    return costs.left(0, 1) * STEP;
  }

  private static void draw(Work work, List<CacheDecision> decisions) {
    for (int step = 1; step <= STEPS; step++) {
      work.made(step(step, step <= 4 ? List.of(COMPUTED, COMPUTED) : decisions));
    }
  }

  private static StepMade step(int step, List<CacheDecision> cache) {
    return new StepMade(step, STEPS, List.of(), cache, Optional.empty(), new CountedPrediction(0));
  }

  private Work work(AdmittedRequest admitted) {
    return new Work(admitted, savings);
  }

  private static AdmittedRequest cached(DBCacheConfig config) {
    return Admitted.of(request().withApproximation(new Approximation.Cache(config)));
  }

  private static GenerationRequest request() {
    return GenerationRequest.of("a").withCanvas(256, 512).withGuidance(STEPS, 4);
  }
}
