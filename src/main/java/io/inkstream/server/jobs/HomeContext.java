package io.inkstream.server.jobs;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.Optional;

/// The Vert.x context of the request that a job is for. What the job logs bears the request's id
/// only there, and a job may be started by the worker of another one.
///
/// Vert.x 4.5's public `Context` can only run something later, on a thread of its choice; entering
/// it on this thread, as a worker must, is `ContextInternal`'s alone.
record HomeContext(Optional<ContextInternal> context) {
  /// That of the current thread, if it has one.
  static HomeContext current() {
    return new HomeContext(
        Optional.ofNullable(Vertx.currentContext())
            .filter(ContextInternal.class::isInstance)
            .map(ContextInternal.class::cast));
  }

  /// Runs on the calling thread, in the context.
  void run(Runnable action) {
    if (context.isEmpty()) {
      action.run();
      return;
    }
    ContextInternal home = context.get();
    ContextInternal before = home.beginDispatch();
    try {
      action.run();
    } finally {
      home.endDispatch(before);
    }
  }
}
