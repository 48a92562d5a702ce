package io.inkstream.engine.cache;

import io.inkstream.engine.cache.CacheStats.BranchName;

/// Whether forwards alternate between two independent states, one for each branch of guidance
/// (cache-dit's `enable_separate_cfg`).
public enum SeparateCfg {
  /// If a step has two forwards.
  BY_BRANCHES,
  /// Always, as the library does by default for this model. Without guidance every second step then
  /// goes to the other state, and a warm-up of W covers 2 W steps: for comparison only.
  ALWAYS,
  /// Never: with guidance both forwards of a step share one state, and each counts as a step.
  NEVER;

  boolean separates(int branches) {
    return switch (this) {
      case BY_BRANCHES -> branches == 2;
      case ALWAYS -> true;
      case NEVER -> false;
    };
  }

  /// The state of a forward.
  ///
  /// @param forwards before it, of all branches
  BranchName state(int branches, BranchName branch, int forwards) {
    if (!separates(branches)) {
      return BranchName.MAIN;
    }
    // Without guidance the library alternates all the same.
    return branches == 2 ? branch : BranchName.values()[forwards % 2];
  }
}
