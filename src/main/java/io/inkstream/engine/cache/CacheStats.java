package io.inkstream.engine.cache;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a cache did in one request so far.
///
/// @param name the settings and the first branch's number of reused steps, as cache-dit writes them
/// @param alwaysComputedBlocks Fn + Bn
/// @param branches main, then cfg if it has a state of its own
public record CacheStats(String name, int alwaysComputedBlocks, List<Branch> branches) {
  public CacheStats {
    branches = List.copyOf(branches);
  }

  /// The states that forwards may have.
  public enum BranchName {
    MAIN,
    CFG
  }

  /// The steps of one state.
  ///
  /// @param cachedSteps steps of the branch that were reused or extrapolated, ascending
  /// @param computedSteps the others, ascending
  /// @param residualDiffs by step, where one was measured
  public record Branch(
      BranchName name,
      List<Integer> cachedSteps,
      List<Integer> computedSteps,
      SortedMap<Integer, Double> residualDiffs) {
    public Branch {
      cachedSteps = List.copyOf(cachedSteps);
      computedSteps = List.copyOf(computedSteps);
      residualDiffs = Collections.unmodifiableSortedMap(new TreeMap<>(residualDiffs));
    }
  }

  /// The same with the second branch as another cache had it, which ran that one.
  public CacheStats with(CacheStats second) {
    if (branches.size() == 1) {
      return this;
    }
    return new CacheStats(
        name, alwaysComputedBlocks, List.of(branches.getFirst(), second.branches().getLast()));
  }

  /// Forwards that were reused or extrapolated, of all branches.
  public int cachedForwards() {
    return branches.stream().mapToInt(branch -> branch.cachedSteps().size()).sum();
  }

  /// Forwards that ran all blocks, of all branches.
  public int computedForwards() {
    return branches.stream().mapToInt(branch -> branch.computedSteps().size()).sum();
  }

  /// How many times as many blocks would have run without a cache.
  public double speedupEstimate(int transformerBlocks) {
    double all = (double) (cachedForwards() + computedForwards()) * transformerBlocks;
    double ran =
        (double) computedForwards() * transformerBlocks
            + (double) cachedForwards() * alwaysComputedBlocks;
    return ran == 0 ? 1 : all / ran;
  }
}
