package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;

import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDecision.Extrapolate;
import io.inkstream.engine.cache.CacheDecision.Reason;
import io.inkstream.engine.cache.CacheDecision.Reuse;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/// The state of one branch over the steps of one request: counters, differences, residuals.
final class CacheContext implements AutoCloseable {
  private final DBCacheConfig config;
  private final FnResidual previous;
  private final Calibrator image;
  private final Calibrator text;
  private final CacheCounters counters;
  private final SortedMap<Integer, Double> residualDiffs = new TreeMap<>();

  CacheContext(DBCacheConfig config, ResidualArithmetic arithmetic) {
    this.config = config;
    this.previous = new FnResidual(arithmetic);
    this.image = Calibrator.of(config.calibrator(), arithmetic);
    this.text = Calibrator.of(config.calibrator(), arithmetic);
    this.counters = new CacheCounters(config);
  }

  /// The next forward: counts the steps of this branch, from 0.
  int begin() {
    image.markStepBegin();
    text.markStepBegin();
    return counters.begin();
  }

  /// Decides, counts, and if the blocks run keeps the first blocks' residual to compare with.
  ///
  /// @param given a difference to take in place of this branch's own
  CacheDecision decide(List<Tensor> before, List<Tensor> after, OptionalDouble given) {
    CacheDecision decision =
        counters
            .forced()
            .<CacheDecision>map(reason -> new Compute(reason, OptionalDouble.empty()))
            .orElseGet(() ->
                config.isStatic() ? hit(OptionalDouble.empty()) : compare(before, after, given));
    switch (decision) {
      case Compute _ -> {
        counters.computed();
        if (config.measuresDiffs()) {
          previous.set(before, after);
        }
      }
      case Reuse _, Extrapolate _ -> counters.reused();
    }
    return decision;
  }

  /// Adds what the middle blocks would have added.
  void reuse(List<Tensor> imageAfterFn, List<Tensor> textAfterFn) {
    image.addTo(imageAfterFn);
    if (config.keepsText()) {
      text.addTo(textAfterFn);
    }
  }

  /// Keeps what the middle blocks have added to the image stream, and to the text stream.
  void computed(
      List<Tensor> imageAfterFn,
      List<Tensor> imageAfterMiddle,
      List<Tensor> textAfterFn,
      List<Tensor> textAfterMiddle) {
    image.update(imageAfterFn, imageAfterMiddle);
    if (config.keepsText()) {
      text.update(textAfterFn, textAfterMiddle);
    }
  }

  OptionalDouble residualDiff(int step) {
    Double diff = residualDiffs.get(step);
    return diff == null ? OptionalDouble.empty() : OptionalDouble.of(diff);
  }

  CacheStats.Branch stats(CacheStats.BranchName name) {
    return new CacheStats.Branch(
        name, counters.cachedSteps(), counters.computedSteps(), residualDiffs);
  }

  private CacheDecision compare(List<Tensor> before, List<Tensor> after, OptionalDouble given) {
    if (config.get(RESIDUAL_DIFF_THRESHOLD) >= 1) {
      return hit(OptionalDouble.empty());
    }
    if (!previous.fits(after)) {
      return new Compute(Reason.SHAPE_CHANGED, OptionalDouble.empty());
    }
    double diff = given.orElseGet(() -> previous.relativeDiff(before, after));
    OptionalDouble recorded = recorded(diff);
    // False for NaN.
    return diff < config.get(RESIDUAL_DIFF_THRESHOLD)
        ? hit(recorded)
        : new Compute(Reason.RESIDUAL_DIFF, recorded);
  }

  private CacheDecision hit(OptionalDouble diff) {
    return config.calibrator() instanceof CalibratorConfig.None
        ? new Reuse(diff)
        : new Extrapolate(diff);
  }

  private OptionalDouble recorded(double diff) {
    residualDiffs.put(counters.step(), diff);
    counters.differed(diff);
    return OptionalDouble.of(diff);
  }

  @Override
  public void close() {
    previous.close();
    image.close();
    text.close();
  }
}
