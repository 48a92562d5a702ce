package io.inkstream.server.jobstore;

/// What a store knows of an id.
public sealed interface Lookup {
  /// The job.
  record Kept(StoredJob job) implements Lookup {}

  /// There was one, which was kept for its time.
  record Expired() implements Lookup {}

  /// No such job, or one that was deleted.
  record Unknown() implements Lookup {}
}
