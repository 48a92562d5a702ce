package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InkstreamCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"help", "--help"})
  void helpNamesEveryCommand(String word) {
    var run = CapturedRun.of(word);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("\n  generate ", "\n  serve ", "\n  inspect ", "\n  export ", "\n  bench ")
        .doesNotContain("rehearse");
  }

  @Test
  void helpOfACommandIsThatCommandsOwn() {
    assertThat(CapturedRun.of("help", "generate").out())
        .isEqualTo(CapturedRun.of("generate", "--help").out())
        .contains("--prompt", "--true-cfg-scale");
  }

  @Test
  void aWordThatIsNoCommandIsRefusedByName() {
    var run = CapturedRun.of("generat");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Unknown command 'generat'");
  }
}
