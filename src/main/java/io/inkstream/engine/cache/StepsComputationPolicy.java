package io.inkstream.engine.cache;

/// What happens at the steps that a mask does not compute.
public enum StepsComputationPolicy {
  /// They reuse if limits and residual difference allow it.
  DYNAMIC,
  /// They reuse, whatever the difference and the limits.
  STATIC
}
