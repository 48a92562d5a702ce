package io.inkstream.server.jobstore;

/// What a store tells those who draw. One may be lost: whoever draws also asks from time to time.
public sealed interface Signal {
  /// A job waits that did not before.
  record Waiting() implements Signal {}

  /// A claimed job is not wanted any more.
  record Cancelling(String id) implements Signal {}
}
