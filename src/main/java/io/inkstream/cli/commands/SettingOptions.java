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
  static final String CONFIG = "--config";
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
    spec.usageMessage().abbreviateSynopsis(true);
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(Path.class)
            .paramLabel("FILE")
            .description(
                "A file of settings. In .yaml or .json they are flags (threads: 2), in .properties"
                    + " inkstream.threads=2; it beats config/application.properties.")
            .build());
    for (int i = 0; i < groups.size(); i++) {
      add(groups.get(i), AFTER_THE_COMMANDS_OWN + i, spec);
    }
  }

  private static void add(Group group, int order, CommandSpec spec) {
    var options = ArgGroupSpec.builder().validate(false).order(order);
    group.settings().forEach(setting -> add(setting, options));
    var shown = options.args().stream().anyMatch(option -> !option.hidden());
    if (shown) {
      spec.addArgGroup(options.heading("%n" + group.heading() + ":%n").build());
    } else {
      options.args().forEach(option -> spec.addOption((OptionSpec) option));
    }
  }

  private static void add(Setting<?> setting, ArgGroupSpec.Builder options) {
    if (setting.isSwitch()) {
      boolean honoured = setting.standing() instanceof Standing.Honoured;
      for (String flag : setting.flags()) {
        boolean shown = honoured && flag.equals(setting.flags().getFirst());
        options.addArg(switching(setting, flag).hidden(!shown).build());
      }
    } else if (!setting.flags().isEmpty()) {
      options.addArg(valued(setting));
    }
  }

  private static OptionSpec.Builder switching(Setting<?> setting, String flag) {
    var option = OptionSpec.builder(flag).description(help(setting)).type(Boolean.class);
    return setting.isNegated(flag)
        ? option.arity("0")
        : option.arity("0..1").fallbackValue("true").paramLabel("true|false");
  }

  private static OptionSpec valued(Setting<?> setting) {
    var option = OptionSpec.builder(setting.flags().toArray(String[]::new));
    option.description(help(setting)).paramLabel(setting.label());
    option.hidden(!(setting.standing() instanceof Standing.Honoured));
    return setting.kind().repeats()
        ? option.arity("1..*").type(List.class).auxiliaryTypes(String.class).build()
        : option.arity("1").type(String.class).build();
  }

  private static String help(Setting<?> setting) {
    return setting.flagHelp().replace("%", "%%");
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
    Map<String, Setting<?>> known = new HashMap<>();
    groups.stream()
        .flatMap(group -> group.settings().stream())
        .forEach(setting -> setting.flags().forEach(flag -> known.put(flag, setting)));
    Map<String, String> flags = new HashMap<>();
    for (OptionSpec given : parsed.matchedOptions()) {
      String flag = given.names()[0];
      Optional.ofNullable(known.get(flag))
          .ifPresent(setting -> flags.put(setting.property(), setting.ofFlag(flag, text(given))));
    }
    return new SettingSources(flags, Optional.ofNullable(parsed.matchedOptionValue(CONFIG, null)));
  }

  private static List<String> text(OptionSpec given) {
    return given.type() == Boolean.class
        ? List.of(String.valueOf((Object) given.getValue()))
        : given.stringValues();
  }
}
