package io.inkstream.cli.commands;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Documents;
import io.inkstream.server.config.SglangFlag;
import io.inkstream.server.config.SglangFlag.Takes;
import io.inkstream.server.config.SglangFlags;
import io.inkstream.server.config.SglangOutcome.Happens;
import io.inkstream.server.config.SglangOutcome.Idle;
import io.inkstream.server.config.SglangOutcome.Means;
import io.inkstream.server.config.SglangOutcome.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

/// Every flag of SGLang's is honoured, accepted where it asks for what happens, or refused with the
/// reason.
class SglangFlagsTest {
  private static final Path LIST = Path.of("src/test/resources/sglang/flags.txt");

  /// A flag as SGLang has it.
  private record Theirs(String command, Takes takes, List<String> names) {
    static Theirs of(String line) {
      List<String> words = List.of(line.split(" "));
      return new Theirs(
          words.getFirst(),
          Takes.valueOf(words.get(1).toUpperCase(Locale.ROOT)),
          words.subList(2, words.size()));
    }

    Stream<CommandSpec> commands() {
      return Stream.of("serve", "generate")
          .filter(name -> name.equals("generate") || command.equals("serve"))
          .map(InkstreamCommand::specification);
    }
  }

  private static List<Theirs> theirs() throws IOException {
    return Files.readAllLines(LIST).stream()
        .filter(line -> !line.startsWith("#"))
        .map(Theirs::of)
        .toList();
  }

  @Test
  void eachIsAnOptionOrInTheTable() throws IOException {
    assertThat(theirs()).hasSizeGreaterThan(270);
    assertThat(theirs())
        .allSatisfy(flag ->
            assertThat(flag.names())
                .allSatisfy(name ->
                    assertThat(option(flag, name).isPresent() || foreign(flag, name).isPresent())
                        .as(name)
                        .isTrue()));
  }

  @Test
  void noneIsBoth() {
    var ours =
        Stream.of("serve", "generate")
            .flatMap(name -> InkstreamCommand.specification(name).optionsMap().keySet().stream())
            .toList();
    assertThat(SglangFlags.all().stream().flatMap(flag -> flag.names().stream()))
        .doesNotContainAnyElementsOf(ours);
  }

  @Test
  void theTableTakesAsManyWordsAsSglang() throws IOException {
    for (Theirs flag : theirs()) {
      var ours = SglangFlags.find(flag.names().getFirst()).filter(SglangFlags.all()::contains);
      assertThat(ours.map(SglangFlag::takes))
          .as("%s", flag)
          .isIn(Optional.empty(), Optional.of(flag.takes()));
    }
  }

  @Test
  void theTableHasNoFlagThatSglangHasNot() throws IOException {
    var names = theirs().stream().flatMap(flag -> flag.names().stream()).toList();
    assertThat(SglangFlags.all().stream().flatMap(flag -> flag.names().stream()))
        .doesNotHaveDuplicates()
        .isSubsetOf(names);
  }

  @Test
  void theDocumentSaysWhatBecomesOfEach() throws IOException {
    var table = theirs().stream().map(SglangFlagsTest::row).collect(joining());
    Documents.assertPart(
        Path.of("docs/sglang-flags.md"), "flags", "| flag | | |\n|---|---|---|\n" + table);
  }

  private static String row(Theirs flag) {
    String names = flag.names().stream().map(name -> "`" + name + "`").collect(joining(", "));
    String name = flag.names().getFirst();
    return "| %s | %s |\n"
        .formatted(
            names,
            foreign(flag, name)
                .map(SglangFlagsTest::outcome)
                .orElseGet(() -> "honoured | " + where(flag)));
  }

  private static String where(Theirs flag) {
    String name = flag.names().getFirst();
    return flag.commands().allMatch(command -> command.optionsMap().containsKey(name))
        ? ""
        : "by `%s`".formatted(has(flag, name).findFirst().orElseThrow().name());
  }

  private static String outcome(SglangFlag flag) {
    return switch (flag.outcome()) {
      case Happens(List<String> values, String why) ->
          "accepted: "
              + values.stream().map(v -> "`" + v + "`").collect(joining(", "))
              + " | "
              + why;
      case Idle(String why) -> "accepted with a line | " + why;
      case Means means ->
          "honoured | "
              + means.words().entrySet().stream()
                  .map(entry ->
                      "`%s`: %s"
                          .formatted(entry.getKey().replace("|", " or "), as(entry.getValue())))
                  .collect(joining("; "));
      case Refused(String why) -> "refused | " + why;
    };
  }

  private static String as(String words) {
    return words.isEmpty() ? "what happens" : "as `" + words.replace("$1", "…") + "`";
  }

  private static Optional<CommandSpec> option(Theirs flag, String name) {
    return has(flag, name).findFirst();
  }

  private static Stream<CommandSpec> has(Theirs flag, String name) {
    return flag.commands().filter(command -> command.optionsMap().containsKey(name));
  }

  private static Optional<SglangFlag> foreign(Theirs flag, String name) {
    return option(flag, name).isPresent()
        ? Optional.empty()
        : SglangFlags.find(name)
            .or(() ->
                flag.command().equals("generate") ? FieldOptions.inert(name) : Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cfg-parallel-size 3 | --cfg-parallel-size is '3', must be 1 or 2: guidance has two",
        "--nnodes 2 | --nnodes is '2', must be 1: one process drives all cards of a host",
        "--gpu-ids 0 1 | --gpu-ids is '0,1', must be one number: cards follow each other",
        "--webui-port 7000 | --webui-port is refused: the studio is at / of the server's --port",
        "--disagg_role encoder | --disagg-role is 'encoder', must be monolithic: one process",
        "--vae-precision=fp16 | --vae-precision is refused: all networks compute in --dtype",
        "--transformer-quantization fp8 | --transformer-quantization is refused: --quantization",
        "--batching-max-size 4 | --batching-max-size is '4', must be 1: a picture is drawn alone",
        "--attention-backend fa | --attention-backend is 'fa', must be auto: attention is",
        "--model-pth x | Unknown options: '--model-pth', 'x', did you mean --model-path?",
      })
  void whatCannotBeIsRefusedWithTheReason(String line) {
    String[] parts = line.split(" \\| ");
    for (String command : List.of("serve", "generate")) {
      Object[] words = (command + " " + parts[0]).split(" ");
      var run = CapturedRun.of(words);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).startsWith("inkstream: " + parts[1]).hasLineCount(1);
    }
  }

  @Test
  void aFlagOfTheOtherCommandIsNamedAsSuch() {
    assertThat(CapturedRun.of("generate", "--port", "30000").err())
        .startsWith("inkstream: '--port' is an option of 'inkstream serve', not of 'generate'");
  }
}
