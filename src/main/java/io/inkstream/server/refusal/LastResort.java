package io.inkstream.server.refusal;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Ends a process that cannot go on, so that whoever watches it starts another: one without memory
/// for what all requests share, one of whose event loops has died or does not answer. A failure
/// within a drawing, be it an OutOfMemoryError, is that request's own and does not come here.
public final class LastResort {
  private static final Logger LOG = Logger.getLogger(LastResort.class);

  // Texts that are there already: there may be no memory to put them together.
  private static final String NO_MEMORY =
      "the memory does not suffice for what all requests share: fewer at once, or a larger heap"
          + " (-Xmx); ending, to be started again";
  private static final String THREAD_DEAD =
      "a thread has died of a failure of the Java machine, such as a lack of memory; ending, to be"
          + " started again";
  private static final String EVENT_LOOP_DEAD =
      "an event loop has died, and connections with it; the log may say why; ending, to be started"
          + " again";
  private static final String EVENT_LOOP_SILENT =
      "an event loop has not answered for a minute, nor will its connections; ending, to be started"
          + " again";

  private static final int BYTES_TO_END_WITH = 1 << 18;

  private final Consumer<String> end;

  // Let go of before the end, which takes memory, too.
  @SuppressWarnings("unused") // it is there to be let go of
  private volatile byte @Nullable [] reserve = new byte[BYTES_TO_END_WITH];

  private volatile boolean stopping;

  /// @param end is told why
  LastResort(Consumer<String> end) {
    this.end = end;
  }

  /// Ends this process, with a line and an exit code.
  public static LastResort ofProcess() {
    return new LastResort(why -> {
      try {
        System.err.println("inkstream: " + why);
      } finally {
        Runtime.getRuntime().halt(Exit.MISTAKE.code());
      }
    });
  }

  /// Event loops whose death is the end.
  public void watch(Iterable<EventExecutor> eventLoops) {
    for (EventExecutor loop : eventLoops) {
      var _ = loop.terminationFuture().addListener(dead -> end(EVENT_LOOP_DEAD));
    }
  }

  /// Hears of a failure that somebody has caught. If it happened on an event loop and is the Java
  /// machine's, such as an OutOfMemoryError, other connections may never be answered: the end.
  public void hear(Throwable failure) {
    if (isMachines(failure) && Context.isOnEventLoopThread()) {
      end(NO_MEMORY);
    }
  }

  /// Hears of a failure that has ended a thread.
  public void heardOfDead(Thread thread, Throwable failure) {
    if (isMachines(failure)) {
      end(THREAD_DEAD);
    } else {
      LOG.errorf(failure, "the thread %s has died", thread.getName());
    }
  }

  /// An event loop has not answered for long.
  public void silent() {
    end(EVENT_LOOP_SILENT);
  }

  /// From now on event loops may end.
  public void stop() {
    stopping = true;
  }

  // Of a stack that is too deep nothing is left when it has been unwound.
  private static boolean isMachines(Throwable failure) {
    return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
  }

  private void end(String why) {
    if (!stopping) {
      reserve = null;
      end.accept(why);
    }
  }
}
