package io.inkstream.engine.cache;

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
}
