package io.inkstream.cli.progress;

import io.inkstream.engine.pipeline.DrawingEvent;
import java.io.PrintWriter;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Tells a person how the work gets on.
public sealed interface Progress extends Consumer<DrawingEvent>
    permits DrawingProgress, NoProgress {
  /// The work before the first picture.
  void begin(String what);

  /// Picture `index`, from 0, of so many.
  void picture(int index, int pictures);

  /// A lasting line about something finished.
  void done(String line);

  /// Leaves the terminal as it was found: the cursor at the start of an empty line.
  void clear();

  /// A bar on a terminal, else lines.
  ///
  /// @param nanos the clock
  static Progress on(PrintWriter err, boolean terminal, LongSupplier nanos) {
    return terminal ? new ProgressBar(err, nanos) : new ProgressLines(err, nanos);
  }
}
