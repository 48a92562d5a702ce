package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentConfigTest {
  @TempDir Path dir;

  private ComponentConfig config(String json) {
    return ComponentConfig.read(SafetensorsBuilder.write(dir.resolve("config.json"), json));
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageEndingWith("config.json: " + message);
  }

  @Test
  void valuesOfEveryKind() {
    ComponentConfig config =
        config(
            """
            {"n": 3, "x": 0.5, "whole": 2, "f": true, "t": "hi", "is": [1, -2], "xs": [1, 2.5],
             "fs": [true], "none": null, "in": {"n": 4}}\
            """);
    assertThat(config.positiveInt("n")).isEqualTo(3);
    assertThat(config.number("x")).isEqualTo(0.5);
    assertThat(config.number("whole")).isEqualTo(2);
    assertThat(config.flag("f", false)).isTrue();
    assertThat(config.text("t")).isEqualTo("hi");
    assertThat(config.ints("is")).containsExactly(1, -2);
    assertThat(config.numbers("xs")).containsExactly(1.0, 2.5);
    assertThat(config.flags("fs")).containsExactly(true);
    assertThat(config.has("n")).isTrue();
    assertThat(config.object("in").positiveInt("n")).isEqualTo(4);
  }

  @Test
  void absentAndNullTakeTheDefault() {
    ComponentConfig config = config("{\"none\": null}");
    for (String key : new String[] {"none", "absent"}) {
      assertThat(config.has(key)).isFalse();
      assertThat(config.positiveInt(key, 7)).isEqualTo(7);
      assertThat(config.number(key, 0.25)).isEqualTo(0.25);
      assertThat(config.flag(key, true)).isTrue();
      assertThat(config.text(key, "x")).isEqualTo("x");
    }
  }

  @Test
  void absentWithoutDefaultIsNamed() {
    ComponentConfig config = config("{}");
    assertRefused(() -> config.positiveInt("n"), "n is missing, must be a positive integer");
    assertRefused(() -> config.number("n"), "n is missing, must be a finite number");
    assertRefused(() -> config.text("n"), "n is missing, must be a string");
    assertRefused(() -> config.ints("n"), "n is missing, must be an array of 32-bit integers");
    assertRefused(() -> config.object("n"), "n is missing, must be an object");
    assertRefused(config::className, "_class_name is missing, must be a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-3", "2.0", "2147483648", "1e3", "\"4\"", "true", "[4]", "{}"})
  void whatIsNoPositiveIntegerIsShown(String value) {
    ComponentConfig config = config("{\"n\":" + value + "}");
    assertThatThrownBy(() -> config.positiveInt("n", 1))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("config.json: n is ")
        .hasMessageEndingWith(", must be a positive integer");
  }

  @Test
  void wrongKindsAreShown() {
    ComponentConfig config = config("{\"s\":\"x\",\"big\":1e999,\"l\":[1,\"y\"],\"o\":{\"n\":-1}}");
    assertRefused(() -> config.number("s", 1), "s is \"x\", must be a finite number");
    assertRefused(() -> config.flag("s", true), "s is \"x\", must be true or false");
    assertRefused(() -> config.text("l"), "l is [1,\"y\"], must be a string");
    assertRefused(() -> config.ints("l"), "l is [1,\"y\"], must be an array of 32-bit integers");
    assertRefused(() -> config.numbers("s"), "s is \"x\", must be an array of finite numbers");
    assertRefused(() -> config.flags("l"), "l is [1,\"y\"], must be an array of true and false");
    assertRefused(
        () -> config.object("o").positiveInt("n"), "o.n is -1, must be a positive integer");
    assertThatThrownBy(() -> config.number("big"))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("big is ");
  }

  @Test
  void theClassNameOfTransformersIsItsArchitecture() {
    assertThat(config("{\"architectures\":[\"A\"]}").className()).isEqualTo("A");
    assertRefused(
        () -> config("{\"architectures\":[]}").className(),
        "architectures is [], must be an array of names");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "3", "{", "{\"a\":NaN}", "{\"a\":1,\"a\":1}", "{} {}", "\uFEFF{}"})
  void whatIsNotOneObjectIsRefused(String json) {
    assertThatThrownBy(() -> config(json))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("config.json: is ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void hostileFilesAreRefused() {
    Path file = dir.resolve("config.json");
    assertThatThrownBy(() -> config("{\"a\":" + "[".repeat(100_000)))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("nesting");
    assertThatThrownBy(() -> config(" ".repeat((4 << 20) + 1)))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("longer than 4194304 bytes");
    SafetensorsBuilder.write(file, new byte[] {'{', (byte) 0xFF, '}'});
    assertThatThrownBy(() -> ComponentConfig.read(file))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("is not UTF-8");
    assertThatThrownBy(() -> ComponentConfig.read(dir))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("is not a file");
  }
}
