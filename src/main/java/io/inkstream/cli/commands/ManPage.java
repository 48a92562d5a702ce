package io.inkstream.cli.commands;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// A manual page in troff, with the macros of man(7): what `--help-all` of every command says.
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  static String of(CommandSpec root) throws IOException {
    var page = new ManPage();
    String title = ".TH %s 1 \"\" \"Inkstream %s\"\n";
    page.page.append(
        title.formatted(root.name().toUpperCase(Locale.ROOT), InkstreamVersion.number()));
    String about = about(root);
    page.section("NAME").text(root.name() + " - " + about);
    page.section("SYNOPSIS").text(root.name() + " COMMAND [OPTIONS]");
    page.section("COMMANDS");
    root.subcommands().values().stream()
        .map(command -> command.getCommandSpec())
        .filter(ManPage::isShown)
        .forEach(page::command);
    page.section("EXIT STATUS");
    root.usageMessage().exitCodeList().forEach(page::entry);
    page.section("FILES")
        .entry("config/application.properties", "Settings of whatever is started in this folder.");
    return page.page.toString();
  }

  private static boolean isShown(CommandSpec spec) {
    return !spec.usageMessage().hidden();
  }

  private void command(CommandSpec spec) {
    page.append(".SS ").append(escaped(spec.qualifiedName())).append('\n');
    text(about(spec));
    var grouped =
        spec.argGroups().stream().flatMap(group -> group.allOptionsNested().stream()).toList();
    entries(spec.options().stream().filter(option -> !grouped.contains(option)).toList());
    spec.argGroups().stream()
        .sorted(Comparator.comparingInt(ArgGroupSpec::order))
        .forEach(this::group);
    spec.subcommands().values().stream()
        .map(command -> command.getCommandSpec())
        .filter(ManPage::isShown)
        .forEach(this::command);
  }

  private void group(ArgGroupSpec group) {
    String heading = group.heading();
    if (heading != null) {
      page.append(".P\n.B ").append(escaped(heading.replace("%n", "").strip())).append('\n');
    }
    entries(group.allOptionsNested());
  }

  private void entries(List<OptionSpec> options) {
    options.stream()
        .filter(option -> !option.hidden())
        .forEach(option ->
            entry(names(option), String.join(" ", option.description()).replace("%%", "%")));
  }

  private static String names(OptionSpec option) {
    String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
    return Stream.of(option.names()).collect(joining(", ")) + value;
  }

  private ManPage section(String name) {
    page.append(".SH ").append(name).append('\n');
    return this;
  }

  private void entry(String what, String about) {
    page.append(".TP\n.B ").append(escaped(what)).append('\n');
    text(about);
  }

  private void text(String text) {
    page.append(escaped(text)).append('\n');
  }

  private static String about(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().description());
  }

  /// A hyphen of an option is no hyphen of a text, and a line may not begin as a macro does.
  private static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
