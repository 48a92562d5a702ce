package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the command line says of itself: help, completions in the shells that are here, the manual
/// page.
class HelpTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "generate",
        "serve",
        "inspect",
        "export",
        "calibrate",
        "bench",
        "bench serving",
        "bench compare",
        "bench model",
        "bench cache",
        "bench growth",
        "bench device",
        "bench cards",
        "bench open",
        "bench forecast-real",
        "completion",
        "man"
      })
  void helpFitsAScreen(String command) {
    var run = CapturedRun.of((Object[]) (command + " --help").strip().split(" "));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .hasSizeLessThanOrEqualTo(40)
        .allMatch(line -> line.length() <= 80);
    assertThat(run.out().replaceAll("[^()]|\\([^()]*\\)", "")).as("parentheses").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate", "serve"})
  void allOfItHasEveryOptionThatIsNotHidden(String command) {
    String all = CapturedRun.of(command, "--help-all").out();

    assertThat(InkstreamCommand.specification(command).options())
        .filteredOn(option -> !option.hidden())
        .allSatisfy(option -> assertThat(all).contains(option.longestName()));
  }

  @ParameterizedTest
  @CsvSource({
    "inkstream se,serve",
    "inkstream serve --served-mo,--served-model-name",
    "inkstream generate --true,--true-cfg-scale",
    "inkstream bench ca,cache"
  })
  void bashCompletesCommandsAndOptions(String typed, String expected) throws Exception {
    assertThat(completed("bash", "bash", "-c", bash(typed))).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "inkstream se,serve",
    "inkstream serve --served-mo,--served-model-name",
    "inkstream generate --true,--true-cfg-scale",
    "inkstream bench ca,cache"
  })
  void fishCompletesCommandsAndOptions(String typed, String expected) throws Exception {
    String line = "source %s; complete -C '%s'".formatted(script("fish"), typed);
    assertThat(completed("fish", "fish", "-N", "-c", line)).contains(expected);
  }

  @Test
  void zshTakesItsScript() throws Exception {
    String line =
        "autoload -Uz compinit && compinit -D -d %s/dump; source %s; print ${_comps[inkstream]}"
            .formatted(folder, script("zsh"));
    assertThat(completed("zsh", "zsh", "-f", "-c", line)).contains("_complete_inkstream");
  }

  @Test
  void theManualPageIsOneForMan() throws Exception {
    Path page = Files.writeString(folder.resolve("inkstream.1"), CapturedRun.of("man").out());

    String text = completed("man", "man", "--warnings", "-l", page.toString());

    assertThat(text)
        .contains("inkstream serve", "--served-model-name", "EXIT STATUS", "130")
        .doesNotContain("warning: ");
  }

  private String bash(String typed) throws IOException {
    String words = String.join(" ", List.of(typed.split(" ")));
    return "source %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); %s; echo ${COMPREPLY[@]}"
        .formatted(script("bash"), words, "_complete_inkstream");
  }

  private Path script(String shell) throws IOException {
    return Files.writeString(
        folder.resolve("script." + shell), CapturedRun.of("completion", shell).out());
  }

  private String completed(String program, String... command) throws Exception {
    assumeTrue(isHere(program), program + " is not installed");
    Path out = folder.resolve("out");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("MANWIDTH", "80");
    var process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }

  private static boolean isHere(String program) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
