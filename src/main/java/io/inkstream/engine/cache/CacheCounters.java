package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;

import io.inkstream.engine.cache.CacheDecision.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What the forwards of one state have done so far, and what the settings say of the next one
/// before anything is compared.
final class CacheCounters {
  private final DBCacheConfig config;
  private final List<Integer> cachedSteps = new ArrayList<>();
  private final List<Integer> computedSteps = new ArrayList<>();
  private int step = -1;
  private int continuousCachedSteps;
  private double accumulatedResidualDiff;

  CacheCounters(DBCacheConfig config) {
    this.config = config;
  }

  /// The next forward: counts the steps, from 0.
  int begin() {
    step++;
    if (cachedSteps.isEmpty() || cachedSteps.getLast() != step - 1) {
      continuousCachedSteps = 0;
    }
    return step;
  }

  int step() {
    return step;
  }

  /// Why the forward must run all blocks, if it must. The order is that of the reference's
  /// can_cache.
  Optional<Reason> forced() {
    if (config.warmsUpAt(step)) {
      return Optional.of(Reason.WARMUP);
    }
    if (config.mask().isPresent() && config.mask().get().computes(step)) {
      return Optional.of(Reason.STEPS_MASK);
    }
    return config.isStatic() ? unlessComputedBefore() : limited();
  }

  private Optional<Reason> limited() {
    if (isReached(config.get(MAX_CACHED_STEPS), cachedSteps.size())) {
      return Optional.of(Reason.MAX_CACHED_STEPS);
    }
    if (isReached(config.get(MAX_CONTINUOUS_CACHED_STEPS), continuousCachedSteps)) {
      return Optional.of(Reason.MAX_CONTINUOUS_CACHED_STEPS);
    }
    double limit = config.get(MAX_ACCUMULATED_RESIDUAL_DIFF);
    if (limit > 0 && accumulatedResidualDiff >= limit) {
      return Optional.of(Reason.MAX_ACCUMULATED_RESIDUAL_DIFF);
    }
    if (config.get(RESIDUAL_DIFF_THRESHOLD) <= 0) {
      return Optional.of(Reason.THRESHOLD_ZERO);
    }
    return unlessComputedBefore();
  }

  // The reference fails at a static mask's reuse before the first computed step; here it computes.
  private Optional<Reason> unlessComputedBefore() {
    return computedSteps.isEmpty() ? Optional.of(Reason.NO_PREVIOUS_RESIDUAL) : Optional.empty();
  }

  private static boolean isReached(int limit, int count) {
    return limit >= 0 && count >= limit;
  }

  void differed(double residualDiff) {
    if (residualDiff > 0) {
      accumulatedResidualDiff += residualDiff;
    }
  }

  void computed() {
    computedSteps.add(step);
  }

  void reused() {
    cachedSteps.add(step);
    continuousCachedSteps++;
  }

  List<Integer> cachedSteps() {
    return Collections.unmodifiableList(cachedSteps);
  }

  List<Integer> computedSteps() {
    return Collections.unmodifiableList(computedSteps);
  }
}
