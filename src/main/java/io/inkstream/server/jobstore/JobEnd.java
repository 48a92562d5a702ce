package io.inkstream.server.jobstore;

/// How the drawing of a claimed job ends.
public sealed interface JobEnd {
  /// @param result JSON
  record Completed(String result) implements JobEnd {}

  /// @param error JSON: what OpenAI's error object holds
  record Failed(String error) implements JobEnd {}

  /// Somebody wanted it.
  record Cancelled() implements JobEnd {}

  /// Its server stops, and nobody will take it up.
  ///
  /// @param error JSON: what OpenAI's error object holds
  record Interrupted(String error) implements JobEnd {}
}
