package io.inkstream.cli.commands;

import io.inkstream.cli.serving.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `bench compare`: two files of `bench serving --output-file`, or of SGLang's, side by side.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Shows the figures of two results side by side, and B over A.")
final class BenchCompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A.json", description = "The result to compare with.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B.json", description = "The other.")
  private Path second;

  @Override
  public Integer call() throws IOException {
    var out = spec.commandLine().getOut();
    new Comparison(first, second).lines().forEach(line -> out.println(Report.printable(line)));
    out.flush();
    return 0;
  }
}
