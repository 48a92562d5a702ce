package io.inkstream.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line: a word for each thing that Inkstream does.
@Command(
    name = "inkstream",
    mixinStandardHelpOptions = true,
    description = "Qwen-Image on the JVM: an OpenAI-compatible server, and pictures from a shell.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ExportCommand.class, InspectCommand.class, BenchCommand.class})
public final class InkstreamCommand implements Runnable {
  @Spec private CommandSpec spec;

  /// Runs one command.
  ///
  /// @return the exit code: 0, 1 for a failure, 2 for wrong usage, 130 if cancelled
  public static int run(String... args) {
    return new CommandLine(new InkstreamCommand())
        .setExecutionExceptionHandler(new ExitCodes())
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
