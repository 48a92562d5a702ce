package io.inkstream.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.hub.PullState;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PullProgressTest {
  private static final long ALL = 57_700_000_000L;

  private final StringWriter said = new StringWriter();

  private static PullState at(long bytes) {
    return new PullState("Qwen/Qwen-Image-Edit-2511", 7, 31, bytes, ALL, 105e6);
  }

  private PullProgress on(boolean terminal) {
    return PullProgress.on(new PrintWriter(said, true), terminal);
  }

  @Test
  void aTerminalHasABarThatFits() {
    var progress = on(true);
    progress.accept(at(28_850_000_000L));
    assertThat(said)
        .hasToString(
            "\r\u001b[2K[##########----------] 28.9 GB of 57.7 GB, 105.0 MB/s, 4 min left");
    progress.accept(at(1));
    assertThat(said.toString().split("\r\u001b\\[2K"))
        .allSatisfy(line -> assertThat(line.length()).isLessThan(80));
  }

  @Test
  void aTerminalIsLeftAsItWasFound() {
    var progress = on(true);
    progress.accept(at(1));
    progress.clear();
    assertThat(said.toString()).endsWith("left\r\u001b[2K");
  }

  @Test
  void elseThereIsALineForEveryTwentiethAndOneAtTheEnd() {
    var progress = on(false);
    for (int percent = 0; percent <= 100; percent++) {
      progress.accept(at(ALL / 100 * percent));
    }
    progress.done(at(ALL));
    assertThat(said.toString().lines()).hasSize(21);
    assertThat(said.toString().lines())
        .first()
        .isEqualTo(
            "Qwen/Qwen-Image-Edit-2511: 0 bytes of 57.7 GB, 7 of 31 files, 105.0 MB/s, 9 min left");
    assertThat(said.toString()).endsWith("57.7 GB of 57.7 GB, 7 of 31 files\n");
  }

  @Test
  void nothingIsExpectedWhileNothingComes() {
    assertThat(new PullState("a/b", 0, 1, 5_000, 9_000, 0))
        .hasToString("a/b: 5.0 KB of 9.0 KB, 0 of 1 files");
  }
}
