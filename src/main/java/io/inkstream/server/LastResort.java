package io.inkstream.server;

import io.inkstream.server.refusal.Exit;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;

/// Ends a process that cannot go on, so that whoever watches it starts another: one of whose event
/// loops has died, which would leave its connections without an answer for ever. A failure within a
/// drawing or an answer, be it an OutOfMemoryError, is that request's own and does not come here.
final class LastResort {
  private final Consumer<String> end;
  private volatile boolean stopping;

  /// @param end is told why
  LastResort(Consumer<String> end) {
    this.end = end;
  }

  /// Ends this process, with a line.
  static LastResort ofProcess() {
    return new LastResort(why -> {
      System.err.println("inkstream: " + why);
      Runtime.getRuntime().halt(Exit.MISTAKE.code());
    });
  }

  /// Watches from now on.
  void watch(Iterable<EventExecutor> eventLoops) {
    for (EventExecutor loop : eventLoops) {
      var _ = loop.terminationFuture().addListener(dead -> eventLoopEnded());
    }
  }

  /// From now on event loops may end.
  void stop() {
    stopping = true;
  }

  private void eventLoopEnded() {
    if (!stopping) {
      end.accept("an event loop has died, and connections with it; the log may say why");
    }
  }
}
