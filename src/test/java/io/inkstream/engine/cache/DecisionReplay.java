package io.inkstream.engine.cache;

import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Runs forwards whose first blocks' residual differs from the last computed one by a given amount.
final class DecisionReplay implements AutoCloseable {
  private static final float ELSEWHERE = 1.7f;

  private final DBCache cache;
  private final int branches;
  private final Map<BranchName, Float> previous = new EnumMap<>(BranchName.class);
  private final Tensor x0 = Tensor.of(new float[] {0.25f, -0.5f, 0.125f}, 3);
  private final Tensor y0 = Tensor.of(new float[] {0.75f}, 1);

  private int forwards;

  DecisionReplay(DBCacheConfig config, int branches) {
    this.branches = branches;
    cache = new DBCache(config, branches);
  }

  record Outcome(CacheForward forward, CacheDecision decision) {
    boolean isHit() {
      return !(decision instanceof CacheDecision.Compute);
    }
  }

  CacheStats stats() {
    return cache.stats();
  }

  /// A forward whose residual must not matter.
  Outcome forward() {
    return forward(Double.NaN);
  }

  /// A forward with that relative difference to its branch's last computed one; with guidance the
  /// branches take turns.
  Outcome forward(double diff) {
    forwards++;
    return forward(branches == 2 && forwards % 2 == 0 ? BranchName.CFG : BranchName.MAIN, diff);
  }

  /// The same of that branch.
  Outcome forward(BranchName branch, double diff) {
    CacheForward forward = cache.begin(branch);
    float last = previous.getOrDefault(forward.branch(), 1f);
    float now = next(last, diff);
    try (var xF = plus(x0, now);
        var yF = plus(y0, now)) {
      CacheDecision decision = forward.decide(List.of(x0, y0), List.of(xF, yF));
      if (decision instanceof CacheDecision.Compute) {
        previous.put(forward.branch(), now);
        forward.computed(List.of(x0, y0), List.of(xF, yF), List.of(x0, y0), List.of(xF, yF));
      } else {
        forward.reuse(List.of(xF, yF), List.of(xF, yF));
      }
      return new Outcome(forward, decision);
    }
  }

  // Towards a size of 1, so that no path of differences leaves the range of a float.
  private static float next(float last, double diff) {
    boolean isLarge = Math.abs(last) > 1;
    if (Double.isNaN(diff)) {
      return isLarge ? -last / ELSEWHERE : -last * ELSEWHERE;
    }
    double now = last * (isLarge ? 1 - diff : 1 + diff);
    return (float) (Math.abs(now) < 1e-3 ? last * (1 + diff) : now);
  }

  private static Tensor plus(Tensor x, float residual) {
    float[] values = x.toArray();
    for (int i = 0; i < values.length; i++) {
      // Signs differ, so that a sum without absolute values would cancel.
      values[i] += i % 2 == 0 ? residual : -residual;
    }
    return Tensor.of(values, x.shape().dims());
  }

  @Override
  public void close() {
    cache.close();
    x0.close();
    y0.close();
  }
}
