package io.inkstream.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineTest {
  private final OneLine filter = new OneLine();

  @ParameterizedTest
  @CsvSource({
    "a\u009b31mb, a\\u009b31mb",
    "'a\u0085b', a\\u0085b",
    "'a\u2028b', a\\u2028b",
    "'a\u2029b', a\\u2029b",
    "a\u001b[31mb, a\\u001b[31mb",
    "a\u202eb, a\\u202eb",
    "'a\rb', a\\u000db",
    "'a\nb', a\\u000ab",
    "Größe 龍 😀, Größe 龍 😀"
  })
  void whatIsNoTextIsWrittenAsItsNumber(String sent, String written) {
    assertThat(logged("io.inkstream.server.api.PromptLog", "prompt %s", sent))
        .isEqualTo("prompt " + written);
  }

  @Test
  void aLineBreakOfSomebodyElseStays() {
    assertThat(logged("io.quarkus.http.access-log", "%s", "a\nb\u009b")).isEqualTo("a\nb\\u009b");
  }

  private String logged(String logger, String format, Object value) {
    var line = new ExtLogRecord(Level.INFO, format, FormatStyle.PRINTF, logger);
    line.setLoggerName(logger);
    line.setParameters(new Object[] {value});
    assertThat(filter.isLoggable(line)).isTrue();
    return line.getFormattedMessage();
  }
}
