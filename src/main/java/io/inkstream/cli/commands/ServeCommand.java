package io.inkstream.cli.commands;

import io.inkstream.server.config.FreePort;
import io.inkstream.server.config.QuarkusProperties;
import io.inkstream.server.config.Settings;
import io.inkstream.server.config.Tracing;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `inkstream serve`: the HTTP server. A flag beats the variable and the file of the same setting.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    description = "Serves a model over OpenAI's Images API.")
final class ServeCommand implements Callable<Integer>, SettingOptions.Bearer {
  static final String REHEARSAL = "--rehearsal";

  @Spec private CommandSpec spec;

  @Option(names = REHEARSAL, hidden = true, description = "Asks itself what clients ask, and ends.")
  private boolean rehearsal;

  @Override
  public SettingOptions settings() {
    return new SettingOptions(Settings.GROUPS);
  }

  @Override
  public Integer call() {
    var sources = settings().sources(spec);
    var values = sources.values();
    sources
        .with(Tracing.properties(values))
        .with(QuarkusProperties.of(values))
        .with(FreePort.properties(values))
        .announce();
    return ServerProcess.run(
        rehearsal ? Rehearsal.class : ServerProcess.class, spec.commandLine().getErr());
  }
}
