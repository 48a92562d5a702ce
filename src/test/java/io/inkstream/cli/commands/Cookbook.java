package io.inkstream.cli.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The commands of SGLang's cookbook page of Qwen-Image, from a copy of its blocks.
final class Cookbook {
  private static final Path PAGE = Path.of("src/test/resources/sglang/cookbook.md");
  private static final Pattern BLOCK = Pattern.compile("(?s)```(?:bash)?\n(.*?)```");
  private static final String BENCHMARK =
      "python3 -m sglang.multimodal_gen.benchmarks.bench_serving";

  private Cookbook() {}

  /// A command in Inkstream's words.
  ///
  /// @param variables before it
  /// @param words after `inkstream`
  record Command(Map<String, String> variables, List<String> words) {
    private static Command of(String line) {
      String ours = line.replace(BENCHMARK, "sglang bench serving");
      Map<String, String> variables = new LinkedHashMap<>();
      List<String> words = new ArrayList<>(Arrays.asList(ours.strip().split("[ \n]+")));
      while (!words.getFirst().equals("sglang")) {
        String[] variable = words.removeFirst().split("=", 2);
        variables.put(variable[0], variable[1]);
      }
      return new Command(variables, words.subList(1, words.size()));
    }

    boolean isOf(String command) {
      return words.getFirst().equals(command);
    }

    /// Its words with another model.
    List<String> wordsWithModel(Path model) {
      return words.stream()
          .map(word -> word.equals("Qwen/Qwen-Image") ? model.toString() : word)
          .toList();
    }
  }

  static List<Command> commands() throws IOException {
    return BLOCK
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult block) -> block.group(1).replace("\\\n", " "))
        .flatMap(block -> Stream.of(block.split("\n")))
        .map(Command::of)
        .toList();
  }
}
