package io.inkstream.cli.commands;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Completions for fish: a line for each command and each option, with its description, which
/// counts while the words before it are those of the command.
final class FishCompletion {
  private final String program;
  private final List<String> lines = new ArrayList<>();

  private FishCompletion(String program) {
    this.program = program;
  }

  static String of(CommandSpec root) {
    var script = new FishCompletion(root.name());
    script.lines.add("complete -c %s -f".formatted(root.name()));
    script.command(root, List.of());
    return String.join("\n", script.lines);
  }

  private void command(CommandSpec spec, List<String> path) {
    var below = spec.subcommands();
    below.forEach((name, command) -> {
      var child = command.getCommandSpec();
      if (!child.usageMessage().hidden() && name.equals(child.name())) {
        add(condition(path, List.copyOf(below.keySet())), "-a " + name, about(child));
        command(child, concat(path, name));
      }
    });
    spec.options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> add(condition(path, List.of()), option(option), about(option)));
  }

  /// @param unseen words that must not have come yet
  private static String condition(List<String> path, List<String> unseen) {
    var seen = path.stream().map(word -> "__fish_seen_subcommand_from " + word);
    String all = seen.collect(joining("; and "));
    String none = "not __fish_seen_subcommand_from " + String.join(" ", unseen);
    if (path.isEmpty()) {
      return "__fish_use_subcommand";
    }
    return unseen.isEmpty() ? all : all + "; and " + none;
  }

  private static String option(OptionSpec option) {
    String names =
        List.of(option.names()).stream()
            .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.charAt(1))
            .collect(joining(" "));
    if (option.arity().max() == 0) {
      return names;
    }
    var words = option.completionCandidates();
    String value =
        words != null
            ? " -x -a "
                + quoted(StreamSupport.stream(words.spliterator(), false).collect(joining(" ")))
            : isFile(option) ? " -r -F" : option.arity().min() == 0 ? "" : " -x";
    return names + value;
  }

  private static boolean isFile(OptionSpec option) {
    String label = option.paramLabel();
    return option.type() == Path.class
        || label.contains("FILE")
        || label.contains("DIR")
        || label.contains("PATH");
  }

  private static String about(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().description());
  }

  private static String about(OptionSpec option) {
    return String.join(" ", option.description()).replace("%%", "%");
  }

  private void add(String condition, String what, String about) {
    lines.add(
        "complete -c %s -n %s %s -d %s".formatted(program, quoted(condition), what, quoted(about)));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static List<String> concat(List<String> path, String name) {
    var all = new ArrayList<>(path);
    all.add(name);
    return all;
  }
}
