package io.inkstream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test while which Vert.x said that one of its event loops was blocked: disk, locks and
/// long work belong to workers. Found by every test (`META-INF/services`, and the pom switches it
/// on); how long is too long, the test profile of `application.properties` says.
///
/// What is not the code's fault is not counted: the time in which nothing in this process went on,
/// as in a collection of garbage, and that in which an event loop waited for a processor
/// ([Standstill]).
public final class BlockedThreads implements AfterEachCallback {
  static final Watch WATCH = new Watch();

  @Override
  public void afterEach(ExtensionContext context) {
    var lines = WATCH.take();
    if (!lines.isEmpty()) {
      throw new AssertionError(lines);
    }
  }

  /// Hears Vert.x' lines from the first test on.
  static final class Watch extends Handler {
    private static final Pattern BLOCKED =
        Pattern.compile("blocked for (\\d+) ms, time limit is (\\d+) ms");
    // A logger that nobody holds loses its handlers.
    private final Logger logger =
        LogContext.getLogContext().getLogger("io.vertx.core.impl.BlockedThreadChecker");
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Standstill standstill = new Standstill();

    Watch() {
      logger.addHandler(this);
      Thread.ofPlatform().daemon().name("standstill").start(standstill);
    }

    String take() {
      var taken = new StringBuilder();
      for (String line = lines.poll(); line != null; line = lines.poll()) {
        taken.append(line).append('\n');
      }
      return taken.toString();
    }

    @Override
    public void publish(LogRecord record) {
      Matcher blocked = BLOCKED.matcher(String.valueOf(record.getMessage()));
      if (blocked.find() && isAtFault(number(blocked, 1), number(blocked, 2))) {
        lines.add(record.getMessage() + trace(record.getThrown()));
      }
    }

    private boolean isAtFault(long milliseconds, long limit) {
      return milliseconds - standstill.millisecondsOfLast(milliseconds) > limit;
    }

    private static long number(Matcher matcher, int group) {
      return Long.parseLong(matcher.group(group));
    }

    private static String trace(Throwable thrown) {
      var trace = new StringBuilder();
      if (thrown != null) {
        for (StackTraceElement element : thrown.getStackTrace()) {
          trace.append("\n    at ").append(element);
        }
      }
      return trace.toString();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }
}
