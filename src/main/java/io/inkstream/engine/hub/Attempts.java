package io.inkstream.engine.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/// Counts the attempts at one thing, and waits between them.
final class Attempts {
  private static final Duration LONG = Duration.ofSeconds(4);

  private final String what;
  private final Patience patience;
  private final Consumer<String> notes;
  private int failed;
  private long least;

  /// @param what for messages
  /// @param notes hears of long pauses
  Attempts(String what, Patience patience, Consumer<String> notes) {
    this.what = what;
    this.patience = patience;
    this.notes = notes;
    this.least = patience.progress();
  }

  /// Something to be done.
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /// Does it until it goes well.
  ///
  /// @throws HubException if it has been tried often enough
  static <T> T of(String what, Patience patience, Consumer<String> notes, Work<T> work)
      throws InterruptedException {
    var attempts = new Attempts(what, patience, notes);
    while (true) {
      try {
        return work.run();
      } catch (IOException | HubException e) {
        attempts.failed(e, 0);
      }
    }
  }

  /// Waits after an attempt that failed.
  ///
  /// @param bytes that are there by now
  /// @throws HubException if it was the last one, or another will not go better
  void failed(Exception why, long bytes) throws InterruptedException {
    if (why instanceof HubException lasting && lasting.kind() != HubException.Kind.PASSING) {
      throw lasting;
    }
    if (bytes >= least) {
      failed = 0;
      least = bytes + patience.progress();
    }
    failed++;
    Duration pause = pause(why);
    if (failed >= patience.attempts() || pause.compareTo(patience.longestPause()) > 0) {
      throw HubException.gaveUp("%s: %s".formatted(what, reason(why, pause)), why);
    }
    if (pause.compareTo(LONG) >= 0) {
      notes.accept("%s: %s; again in %d s".formatted(what, shown(why), pause.toSeconds()));
    }
    Thread.sleep(pause);
  }

  private Duration pause(Exception why) {
    Duration own = patience.before(failed + 1);
    return why instanceof HubException busy ? busy.after().orElse(own) : own;
  }

  private static String shown(Exception why) {
    return HubException.shown(String.valueOf(why.getMessage()));
  }

  private String reason(Exception why, Duration pause) {
    String message = shown(why);
    return pause.compareTo(patience.longestPause()) > 0
        ? message + ", and wants to be asked again after " + pause.toSeconds() + " s"
        : message + ", the last of " + failed + " attempts; what has come is kept";
  }
}
