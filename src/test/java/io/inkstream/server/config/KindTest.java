package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KindTest {
  private static final Kind.Size ANY = new Kind.Size();

  static Stream<Arguments> read() {
    return Stream.of(
        Arguments.of(new Kind.Whole(-1, 7), "-1", -1),
        Arguments.of(new Kind.Seconds(0, 60), "60", Duration.ofMinutes(1)),
        Arguments.of(new Kind.Time(), "7D", Duration.ofDays(7)),
        Arguments.of(new Kind.Time(), "90", Duration.ofSeconds(90)),
        Arguments.of(new Kind.Flag(), "Yes", true),
        Arguments.of(new Kind.Flag(), "off", false),
        Arguments.of(Kind.Place.FOLDER, "a b", Path.of("a b")),
        Arguments.of(Kind.Choice.of(List.of(1, 2)), "2", 2),
        Arguments.of(new Kind.Choice<>("on", Map.of("on", 1)), "ON", 1),
        Arguments.of(new Kind.Pairs(), "a=1, b=2=3", Map.of("a", "1", "b", "2=3")),
        Arguments.of(new Kind.Keys(), "One, two,", List.of("One", "two")));
  }

  @ParameterizedTest
  @MethodSource
  <T> void read(Kind<T> kind, String text, T value) {
    assertThat(kind.read(text)).isEqualTo(value);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(new Kind.Whole(-1, 7), "8", "is '8', must be -1 to 7"),
        Arguments.of(new Kind.Whole(-1, 7), "1.0", "is '1.0', must be -1 to 7"),
        Arguments.of(new Kind.Seconds(0, 60), "1m", "is '1m', must be 0 to 60"),
        Arguments.of(new Kind.Time(), "0s", "is '0s', must be a time such as 90s, 30m, 24h or 7d"),
        Arguments.of(ANY, "1.5G", "is '1.5G', must be a size such as 500M or 1G"),
        Arguments.of(new Kind.Flag(), "ja", "is 'ja', must be true or false"),
        Arguments.of(Kind.Place.FILE, "\0", "is '\0', must be a file"),
        Arguments.of(Kind.Choice.of(List.of(1, 2)), "3", "is '3', must be one of [1, 2]"),
        Arguments.of(new Kind.Pairs(), "a=1,=2", "is 'a=1,=2', must be KEY=VALUE,…"),
        Arguments.of(
            new Kind.Keys(),
            "my secret",
            "has a key that is not 1 to 512 visible ASCII characters without commas"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Kind<?> kind, String text, String message) {
    assertThatThrownBy(() -> kind.read(text)).isInstanceOf(IllegalArgumentException.class);
    assertThat(kind.refusal(text)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "17,17",
    "2k,2048",
    "1048576K,1073741824",
    "1gb,1073741824",
    "3T,3298534883328"
  })
  void aSizeIsReadAlikeWhereverItIsGiven(String text, long bytes) {
    assertThat(ANY.read(text)).isEqualTo(bytes);
    assertThat(Kind.Size.atLeast(0, "a size").read(text)).isEqualTo(bytes);
  }

  @Test
  void aSizeHasBounds() {
    var kind = new Kind.Size(2, 1 << 30, "2 to 1G");
    assertThat(kind.read("1G")).isEqualTo(1 << 30);
    for (String text : List.of("1", "2G", "1073741825", "999999999999999T")) {
      assertThatThrownBy(() -> kind.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
