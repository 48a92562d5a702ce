package io.inkstream.server.jobs;

/// Who wants a job's pictures.
public enum JobKind {
  /// A client.
  REQUEST,
  /// The server itself, once, before it calls itself ready.
  WARM_UP,
  /// Somebody who wants to know whether the server can draw: nobody's place in the queue is his.
  PROBE;

  /// Whether it counts against the jobs that may run and wait.
  boolean takesPlace() {
    return this != PROBE;
  }
}
