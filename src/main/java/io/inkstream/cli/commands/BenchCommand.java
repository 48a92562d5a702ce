package io.inkstream.cli.commands;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measurements; each is a command of its own.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures a server, or this engine, alone or against another in one run.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchServingCommand.class,
      BenchCompareCommand.class,
      BenchModelCommand.class,
      BenchOpenCommand.class,
      BenchDeviceCommand.class,
      BenchGrowthCommand.class,
      BenchCardsCommand.class,
      BenchCacheCommand.class,
      BenchForecastRealCommand.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: what to measure");
  }
}
