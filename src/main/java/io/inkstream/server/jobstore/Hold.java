package io.inkstream.server.jobstore;

/// What is left of a claim.
public enum Hold {
  /// It is held: go on.
  HELD,
  /// It is held, and somebody wants the job cancelled.
  CANCELLING,
  /// Another has it, or the job has ended: what this one draws is not wanted.
  LOST
}
