package io.inkstream.cli.commands;

import io.inkstream.server.config.Group;
import io.inkstream.server.config.Setting;
import io.inkstream.server.config.SettingSources;
import io.inkstream.server.config.SettingValues;
import io.inkstream.server.config.Standing;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The options of a command that are settings: made from the table of them.
///
/// @param groups of settings that the command has flags of
record SettingOptions(List<Group> groups) {
  private static final String CONFIG = "--config";
  private static final int AFTER_THE_COMMANDS_OWN = 100;

  /// A command that has such options.
  interface Bearer {
    SettingOptions settings();
  }

  static SettingOptions of(Group... groups) {
    return new SettingOptions(List.of(groups));
  }

  /// Gives a command, and those below it, the options that they bear.
  static void addTo(CommandLine command) {
    if (command.getCommand() instanceof Bearer bearer) {
      bearer.settings().addTo(command.getCommandSpec());
    }
    command.getSubcommands().values().forEach(SettingOptions::addTo);
  }

  private void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(Path.class)
            .paramLabel("FILE")
            .description(
                "More settings, by their properties: threads is inkstream.threads=2. Beats"
                    + " config/application.properties.")
            .build());
    for (int i = 0; i < groups.size(); i++) {
      add(groups.get(i), AFTER_THE_COMMANDS_OWN + i, spec);
    }
  }

  private static void add(Group group, int order, CommandSpec spec) {
    var options = ArgGroupSpec.builder().validate(false).order(order);
    group.settings().stream()
        .filter(setting -> !setting.flags().isEmpty())
        .forEach(setting -> options.addArg(option(setting)));
    var shown = options.args().stream().anyMatch(option -> !option.hidden());
    if (shown) {
      spec.addArgGroup(options.heading("%n" + group.heading() + ":%n").build());
    } else {
      options.args().forEach(option -> spec.addOption((OptionSpec) option));
    }
  }

  private static OptionSpec option(Setting<?> setting) {
    var option = OptionSpec.builder(setting.flags().toArray(String[]::new));
    option.description(setting.flagHelp().replace("%", "%%"));
    option.hidden(!(setting.standing() instanceof Standing.Honoured));
    if (setting.isSwitch()) {
      return option.type(boolean.class).arity("0").build();
    }
    option.paramLabel(setting.label()).arity("1");
    return setting.kind().repeats()
        ? option.type(List.class).auxiliaryTypes(String.class).build()
        : option.type(String.class).build();
  }

  /// What flags, variables and files say.
  ///
  /// @throws io.inkstream.server.config.SettingException if a file cannot be read
  SettingValues values(CommandSpec spec) {
    return sources(spec).values();
  }

  /// Where the values come from, for a server in this process.
  SettingSources sources(CommandSpec spec) {
    var parsed = spec.commandLine().getParseResult();
    Map<String, String> flags = new HashMap<>();
    groups.stream()
        .flatMap(group -> group.settings().stream())
        .forEach(setting ->
            setting.flags().stream()
                .filter(parsed::hasMatchedOption)
                .map(flag -> parsed.matchedOption(flag).stringValues())
                .forEach(given -> flags.put(setting.property(), setting.ofFlag(given))));
    return new SettingSources(flags, Optional.ofNullable(parsed.matchedOptionValue(CONFIG, null)));
  }
}
