package io.inkstream.cli.commands;

import io.inkstream.server.config.SettingException;
import io.inkstream.server.refusal.Exit;
import io.inkstream.server.refusal.Refusals;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line: a word for each thing that Inkstream does.
@Command(
    name = "inkstream",
    mixinStandardHelpOptions = true,
    versionProvider = InkstreamVersion.class,
    description = "Qwen-Image on the JVM: an OpenAI-compatible server, and pictures from a shell.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Try:",
      "  ./inkstream generate --prompt \"a red apple\" --output apple.png",
      "  ./inkstream serve",
      "",
      "'inkstream COMMAND --help' tells more about a command."
    })
public final class InkstreamCommand implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          GenerateCommand.class,
          ServeCommand.class,
          InspectCommand.class,
          PullCommand.class,
          DoctorCommand.class,
          ExportCommand.class,
          CalibrateCommand.class,
          BenchCommand.class,
          CompletionCommand.class,
          ManCommand.class,
          RehearseCommand.class,
          HelpCommand.class);

  /// Those that speak of the others.
  private static final List<Class<?>> OF_ALL =
      List.of(HelpCommand.class, CompletionCommand.class, ManCommand.class);

  @Spec private CommandSpec spec;

  /// Runs one command.
  ///
  /// @return the exit code: 0, or as [io.inkstream.server.refusal.Exit] has it
  public static int run(String... args) {
    return run(commandLine(args), args);
  }

  /// Runs one command that writes there instead of to the process's own streams.
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(commandLine(args).setOut(out).setErr(err), args);
  }

  /// What a command prints is its result: one that nobody can read is a failure.
  private static int run(CommandLine command, String... args) {
    int code = execute(command, args);
    if (!command.getOut().checkError() && !System.out.checkError()) {
      return code;
    }
    command.getErr().println("inkstream: standard output cannot be written");
    return code == 0 ? Exit.FAILED.code() : code;
  }

  private static int execute(CommandLine command, String... args) {
    try {
      return command.execute(translated(command, args));
    } catch (SettingException e) {
      command.getErr().println("inkstream: " + e.getMessage());
      return Refusals.of(e).exit().code();
    } catch (ParameterException e) {
      return new UsageErrors().handleParseException(e, args);
    }
  }

  /// The words after a command that has settings, as its options have them.
  private static String[] translated(CommandLine command, String... args) {
    CommandLine named = command;
    int words = 0;
    for (CommandLine next = command; words < args.length; words++) {
      next = next.getSubcommands().get(args[words]);
      if (next == null) {
        break;
      }
      named = next;
    }
    if (!(named.getCommand() instanceof SettingOptions.Bearer)) {
      return args;
    }
    var given = GivenWords.of(named.getCommandSpec(), List.of(args).subList(words, args.length));
    given.warnings().forEach(line -> command.getErr().println("inkstream: " + line));
    return Stream.concat(Arrays.stream(args, 0, words), given.words().stream())
        .toArray(String[]::new);
  }

  /// What a command is made of.
  static CommandSpec specification(String command) {
    CommandLine named = Objects.requireNonNull(commandLine(command).getSubcommands().get(command));
    return named.getCommandSpec();
  }

  private static CommandLine commandLine(String... args) {
    CommandLine command = new CommandLine(new InkstreamCommand());
    asked(args).forEach(command::addSubcommand);
    SettingOptions.addTo(command);
    ShortHelp.addTo(command);
    Optional.ofNullable(command.getSubcommands().get("generate")).ifPresent(FieldOptions::addTo);
    command.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    command.getCommandSpec().usageMessage().exitCodeList(Exit.meanings());
    return command
        .setUsageHelpAutoWidth(true)
        .setHelpFactory((spec, colors) -> new ShortHelp(spec, colors, isAsked(ShortHelp.ALL, args)))
        .setExpandAtFiles(false) // a prompt such as @/etc/passwd is a prompt
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler(new ExitCodes());
  }

  /// The command that the first word names, or all of them: describing all takes longer than a
  /// server may take to start.
  private static List<Class<?>> asked(String... args) {
    var named =
        COMMANDS.stream()
            .filter(command -> !OF_ALL.contains(command))
            .filter(command -> args.length > 0 && args[0].equals(name(command)))
            .toList();
    return named.isEmpty() ? COMMANDS : named;
  }

  private static boolean isAsked(String option, String... args) {
    return List.of(args).contains(option);
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
