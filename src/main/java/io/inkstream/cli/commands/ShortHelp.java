package io.inkstream.cli.commands;

import io.inkstream.server.config.Settings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `--help` on one screen: of options that stand in groups, those that most people need.
/// `--help-all` has all of them.
final class ShortHelp extends Help {
  static final String ALL = "--help-all";

  private static final Map<String, Set<String>> MOST =
      Map.of(
          "generate",
          Set.of(
              ("--prompt --image-path --seed -n --size"
                      + " --num-inference-steps --true-cfg-scale --forecast --enable-cache-dit"
                      + " --output --model-path --device --lora-path")
                  .split(" ")),
          "serve",
          Set.of(
              ("--model-path --device --quantization --device-memory --lora-path --host --port"
                      + " --served-model-name --max-queued-requests --output-path --api-key-file"
                      + " --log-level")
                  .split(" ")));
  // What comes after the first clause; what is in parentheses belongs to it.
  private static final Pattern FIRST = Pattern.compile("(?s)([.:;] (?![^()]*\\))|\\.$| \\(see ).*");
  private static final int COLUMN = 32;
  private static final int WIDTH = 80;
  private static final Set<String> OF_A_MODEL = Set.of("--model-path", "--device");

  private final CommandSpec spec;
  private final boolean all;

  ShortHelp(CommandSpec spec, ColorScheme colors, boolean all) {
    super(spec, colors);
    this.spec = spec;
    this.all = all;
  }

  /// Gives a command, and those below it, the option.
  static void addTo(CommandLine command) {
    if (command.getCommand() instanceof SettingOptions.Bearer) {
      command
          .getCommandSpec()
          .addOption(
              OptionSpec.builder(ALL)
                  .usageHelp(true)
                  .type(boolean.class)
                  .arity("0")
                  .description("Show all options, and exit.")
                  .build());
    }
    command.getSubcommands().values().forEach(ShortHelp::addTo);
  }

  @Override
  public String optionList() {
    if (all) {
      return super.optionList();
    }
    var groups =
        spec.argGroups().stream().sorted(Comparator.comparingInt(ArgGroupSpec::order)).toList();
    var grouped = groups.stream().flatMap(group -> group.allOptionsNested().stream()).toList();
    var own = spec.options().stream().filter(option -> !grouped.contains(option)).toList();
    return lines(own) + groups.stream().map(this::section).collect(Collectors.joining());
  }

  /// A heading stands above several only.
  private String section(ArgGroupSpec group) {
    List<OptionSpec> shown = group.allOptionsNested().stream().filter(this::isShown).toList();
    String heading = String.valueOf(group.heading()).replace("%n", "");
    return (shown.size() > 1 ? heading + "\n" : "") + lines(shown);
  }

  private static String lines(List<OptionSpec> options) {
    return options.stream()
        .filter(option -> !option.hidden())
        .map(ShortHelp::line)
        .collect(Collectors.joining());
  }

  private static String line(OptionSpec option) {
    String shown = option.names()[0].length() > 2 ? "    " : option.names()[0] + ", ";
    String name = option.names()[Math.min(option.names().length, shown.isBlank() ? 1 : 2) - 1];
    String names = "  " + shown + name + value(option);
    var lines = new StringBuilder(names);
    int at = names.length() < COLUMN ? names.length() : WIDTH;
    for (String word : first(option).split(" ")) {
      boolean fits = Math.max(at, COLUMN - 1) + 1 + word.length() <= WIDTH;
      lines.append(fits ? " ".repeat(Math.max(1, COLUMN - at)) : "\n" + " ".repeat(COLUMN));
      lines.append(word);
      at = (fits ? Math.max(at + 1, COLUMN) : COLUMN) + word.length();
    }
    return lines.append('\n').toString();
  }

  private static String value(OptionSpec option) {
    String label = "=" + option.paramLabel();
    return option.arity().max() == 0 ? "" : option.arity().min() == 0 ? "[" + label + "]" : label;
  }

  private static String first(OptionSpec option) {
    String about = String.join(" ", option.description()).replace("%%", "%");
    return FIRST.matcher(about).replaceFirst("");
  }

  private boolean isShown(OptionSpec option) {
    Set<String> names = Set.of(option.names());
    Set<String> most = MOST.get(spec.name());
    return !option.hidden()
        && (most != null
            ? names.stream().anyMatch(most::contains)
            : !isSetting(names) || names.stream().anyMatch(OF_A_MODEL::contains));
  }

  private static boolean isSetting(Set<String> names) {
    return Settings.all().anyMatch(setting -> setting.flags().stream().anyMatch(names::contains));
  }
}
