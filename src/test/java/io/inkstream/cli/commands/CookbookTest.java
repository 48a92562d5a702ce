package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.cli.commands.Cookbook.Command;
import io.inkstream.cli.serving.SglangStub;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The benchmarks of SGLang's cookbook page, as printed there. Its servers are in [CookbookIT].
class CookbookTest {
  static List<Command> benchmarks() throws IOException {
    return Cookbook.commands().stream().filter(command -> command.isOf("bench")).toList();
  }

  @Test
  void eachCommandIsReadFromThePage() throws IOException {
    assertThat(Cookbook.commands()).hasSize(16);
    assertThat(benchmarks()).hasSize(2);
    assertThat(Cookbook.commands().get(1).variables())
        .containsEntry("SGLANG_CACHE_DIT_RDT", "0.4")
        .hasSize(8);
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void eachBenchmarkRunsAsPrinted(Command command) throws IOException {
    try (var server = new SglangStub()) {
      var words = Stream.concat(command.words().stream(), Stream.of("--base-url", server.url()));

      var run = CapturedRun.of(words.toArray());

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("Task:                                    text-to-image\n")
          .containsPattern("Successful requests: +(1/1|20/20)\n");
    }
  }
}
