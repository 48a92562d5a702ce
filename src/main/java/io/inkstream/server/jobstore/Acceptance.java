package io.inkstream.server.jobstore;

/// What comes of asking a store to take a job: of any number that ask at once with one id or key,
/// exactly one is [Taken].
public sealed interface Acceptance {
  /// It is kept, and will be drawn.
  record Taken(StoredJob job) implements Acceptance {}

  /// The same was asked before: that job, whatever became of it.
  record Known(StoredJob job) implements Acceptance {}

  /// Something else was asked before under this id or key.
  record Conflict(StoredJob job) implements Acceptance {}

  /// It is not kept: too many wait.
  record Full(int waiting) implements Acceptance {}
}
