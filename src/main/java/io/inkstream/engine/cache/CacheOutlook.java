package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;

import io.inkstream.engine.cache.CacheStats.BranchName;

/// What a cache will do in a request, as far as its settings say it before there is anything to
/// compare.
public final class CacheOutlook {
  private final DBCacheConfig config;
  private final int branches;
  private final boolean reuses;
  private final CacheCounters main;
  private final CacheCounters cfg;
  private int forwards;

  private CacheOutlook(DBCacheConfig config, int branches, boolean reuses) {
    this.config = config;
    this.branches = branches;
    this.reuses = reuses || config.reusesUnseen();
    this.main = new CacheCounters(config);
    this.cfg = new CacheCounters(config);
  }

  /// The share of each step's forwards that run all blocks.
  ///
  /// @param branches forwards of a step: 1, or with guidance 2
  /// @param reuses what a forward does that a difference decides: true for the fewest that compute,
  ///   false for the most
  public static double[] computed(DBCacheConfig config, int branches, int steps, boolean reuses) {
    var outlook = new CacheOutlook(config, branches, reuses);
    double[] shares = new double[steps];
    for (int step = 0; step < steps; step++) {
      shares[step] = outlook.step();
    }
    return shares;
  }

  private double step() {
    int computed = 0;
    for (int branch = 0; branch < branches; branch++) {
      computed += computes(BranchName.values()[branch]) ? 1 : 0;
    }
    return (double) computed / branches;
  }

  private boolean computes(BranchName branch) {
    var state = config.get(SEPARATE_CFG).state(branches, branch, forwards++);
    CacheCounters counters = state == BranchName.CFG ? cfg : main;
    counters.begin();
    boolean computes = counters.forced().isPresent() || !reuses;
    if (computes) {
      counters.computed();
    } else {
      counters.reused();
    }
    return computes;
  }
}
