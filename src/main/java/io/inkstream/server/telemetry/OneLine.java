package io.inkstream.server.telemetry;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;

/// Writes what no terminal and no reader of lines may take for a command, such as U+009B or U+2028,
/// as `\u009b` into the log, whoever sent it; lets every record pass.
@LoggingFilter(name = OneLine.NAME)
public final class OneLine implements Filter {
  static final String NAME = "one-line";
  private static final String OURS = "io.inkstream.";

  @Override
  public boolean isLoggable(LogRecord record) {
    if (record instanceof ExtLogRecord line && line.getFormattedMessage() instanceof String text) {
      boolean lines = !String.valueOf(line.getLoggerName()).startsWith(OURS);
      if (text.chars().anyMatch(c -> !isPrintable(c, lines))) {
        line.setMessage(printable(text, lines), FormatStyle.NO_FORMAT);
      }
    }
    return true;
  }

  /// @param lines whether line breaks stay
  static String printable(String text, boolean lines) {
    var line = new StringBuilder();
    text.chars()
        .forEach(c -> line.append(isPrintable(c, lines) ? (char) c : "\\u%04x".formatted(c)));
    return line.toString();
  }

  private static boolean isPrintable(int c, boolean lines) {
    return c == '\t'
        || (c == '\n' && lines)
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
  }
}
