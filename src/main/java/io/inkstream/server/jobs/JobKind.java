package io.inkstream.server.jobs;

/// Who wants a job's pictures.
public enum JobKind {
  /// A client.
  REQUEST,
  /// A client, by a job that is kept: others have let it in, and it has its place there.
  KEPT,
  /// A client, by a request of a batch: it is drawn when nobody else waits.
  BATCH,
  /// The server itself, once, before it calls itself ready.
  WARM_UP,
  /// Somebody who wants to know whether the server can draw: nobody's place in the queue is his.
  PROBE;

  /// Whether it counts against the jobs that may run and wait.
  boolean takesPlace() {
    return switch (this) {
      case REQUEST, WARM_UP -> true;
      case KEPT, BATCH, PROBE -> false;
    };
  }

  /// Whether a client wants them.
  public boolean isClients() {
    return switch (this) {
      case REQUEST, KEPT, BATCH -> true;
      case WARM_UP, PROBE -> false;
    };
  }
}
