package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuarkusPropertiesTest {
  private static final String PORT = "quarkus.http.port";

  @ParameterizedTest
  @CsvSource({
    "quarkus.http.host, 127.0.0.1",
    "quarkus.http.port, 30000",
    "quarkus.log.level, INFO",
    "quarkus.log.console.json.enabled, false",
    "quarkus.http.access-log.enabled, false",
    "quarkus.http.limits.max-connections, 10000"
  })
  void anEmptyOneIsTheDefault(String property, String initial) {
    assertThat(of(Map.of(property, " "))).containsExactly(Map.entry(property, initial));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quarkus.http.port | abc | quarkus.http.port (QUARKUS_HTTP_PORT) is 'abc', must be 0 to"
            + " 65535",
        "port | 99999 | port (PORT) is '99999', must be 0 to 65535",
        "quarkus.log.level | loud | quarkus.log.level (QUARKUS_LOG_LEVEL) is 'loud', must be error,"
            + " warn, info or debug",
        "quarkus.log.console.json.enabled | xml | quarkus.log.console.json.enabled"
            + " (QUARKUS_LOG_CONSOLE_JSON_ENABLED) is 'xml', must be text or json"
      })
  void aWrongOneIsRefusedInALine(String property, String value, String line) {
    assertThatThrownBy(() -> of(Map.of(property, value)))
        .isInstanceOf(SettingException.class)
        .hasMessage(line);
  }

  @Test
  void whatQuarkusReadsIsLeftToIt() {
    var given =
        Map.of(
            PORT, "8080", "quarkus.log.console.json.enabled", "true", "quarkus.log.level", "INFO");
    assertThat(of(given)).isEmpty();
  }

  @Test
  void theWordsOfTheFlagAreUnderstoodToo() {
    assertThat(of(Map.of("quarkus.log.console.json.enabled", "json")))
        .containsEntry("quarkus.log.console.json.enabled", "true");
  }

  @Test
  void thePlatformsPortCountsWhereNobodySaysAnother() {
    assertThat(of(Map.of("port", "8080"))).containsEntry(PORT, "8080");
    assertThat(of(Map.of("port", "8080", PORT, ""))).containsEntry(PORT, "8080");
    assertThat(of(Map.of("port", "8080", PORT, "81"))).isEmpty();
    assertThat(of(Map.of("port", ""))).isEmpty();
  }

  @Test
  void aFlagIsNotLookedAtAgain() {
    var sources = new SettingSources(Map.of(PORT, "0"), Optional.empty());
    assertThat(QuarkusProperties.of(sources.values())).doesNotContainKey(PORT);
  }

  private static Map<String, String> of(Map<String, String> given) {
    return QuarkusProperties.of(Given.properties(given));
  }
}
