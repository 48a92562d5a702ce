package io.inkstream.cli.commands;

import io.inkstream.engine.cache.Spelling;
import io.inkstream.server.config.Settings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What a mistyped command prints: what is wrong, and where to read more; not the whole help.
final class UsageErrors implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("inkstream: %s (see: %s --help)".formatted(message(failure), name));
    return CommandLine.ExitCode.USAGE;
  }

  private static String message(ParameterException failure) {
    return failure instanceof UnmatchedArgumentException unmatched
        ? unknown(unmatched)
        : String.valueOf(failure.getMessage());
  }

  /// The failure of a file with a name that is no flag.
  static ParameterException unknown(CommandLine command, Path file, String name) {
    String near =
        Spelling.nearest(name, command.getCommandSpec().optionsMap().keySet())
            .map(option -> ", did you mean " + option.substring(2).replace('-', '_') + "?")
            .orElse("");
    String word = name.substring(2).replace('-', '_');
    return new ParameterException(
        command, "%s has '%s', which is no flag%s".formatted(file, word, near));
  }

  private static String unknown(UnmatchedArgumentException failure) {
    String first = failure.getUnmatched().getFirst();
    if (isSetting(first.replaceFirst("=.*", ""))) {
      String command = failure.getCommandLine().getCommandName();
      return "'%s' is an option of 'inkstream serve', not of '%s'".formatted(first, command);
    }
    boolean hasCommands = !failure.getCommandLine().getSubcommands().isEmpty();
    if (hasCommands && !failure.isUnknownOption()) {
      return "Unknown command '" + first + "'";
    }
    Optional<String> near = failure.isUnknownOption() ? near(failure, first) : Optional.empty();
    String suggestion = near.map(option -> ", did you mean " + option + "?").orElse("");
    return failure.getMessage() + suggestion;
  }

  private static boolean isSetting(String flag) {
    return Settings.all().anyMatch(setting -> setting.flags().contains(flag));
  }

  // The library's own suggestions leave out the options that a table adds.
  private static Optional<String> near(UnmatchedArgumentException failure, String word) {
    var options = failure.getCommandLine().getCommandSpec().optionsMap().keySet();
    return Spelling.nearest(word, options);
  }
}
