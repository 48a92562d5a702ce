package io.inkstream.cli.progress;

import io.inkstream.engine.hub.PullState;
import java.io.PrintWriter;
import java.util.function.Consumer;

/// Tells a person how far a fetch from the Hub is: a line of a terminal that is drawn anew,
/// narrower than 80 columns, else a line for every twentieth.
public abstract sealed class PullProgress implements Consumer<PullState> {
  /// Says nothing.
  public static final PullProgress NONE = new Silent();

  /// @param terminal whether a line can be drawn anew
  public static PullProgress on(PrintWriter err, boolean terminal) {
    return terminal ? new Bar(err) : new Lines(err);
  }

  /// A line about something unusual.
  public abstract void say(String line);

  /// It is all there.
  public abstract void done(PullState state);

  /// Leaves the terminal as it was found.
  public abstract void clear();

  private static final class Silent extends PullProgress {
    @Override
    public void accept(PullState state) {}

    @Override
    public void say(String line) {}

    @Override
    public void done(PullState state) {}

    @Override
    public void clear() {}
  }

  private static final class Bar extends PullProgress {
    private static final String START_OF_EMPTY_LINE = "\r\u001b[2K";
    private static final int BAR = 20;

    private final PrintWriter err;

    Bar(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void accept(PullState state) {
      int full = state.allBytes() == 0 ? 0 : (int) (BAR * state.bytes() / state.allBytes());
      String bar = "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] ";
      err.print(START_OF_EMPTY_LINE + bar + state.brief());
      err.flush();
    }

    @Override
    public void say(String line) {
      err.println(START_OF_EMPTY_LINE + "inkstream: " + line);
    }

    @Override
    public void done(PullState state) {
      err.println(START_OF_EMPTY_LINE + state);
    }

    @Override
    public void clear() {
      err.print(START_OF_EMPTY_LINE);
      err.flush();
    }
  }

  private static final class Lines extends PullProgress {
    private static final int PARTS = 20;

    private final PrintWriter err;
    private long part = -1;

    Lines(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void accept(PullState state) {
      long now = state.allBytes() == 0 ? 0 : PARTS * state.bytes() / state.allBytes();
      if (now != part && now < PARTS) {
        part = now;
        err.println(state);
      }
    }

    @Override
    public void say(String line) {
      err.println("inkstream: " + line);
    }

    @Override
    public void done(PullState state) {
      err.println(state);
    }

    @Override
    public void clear() {}
  }
}
