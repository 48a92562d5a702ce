package io.inkstream.cli.commands;

import io.inkstream.cli.serving.ServingBench;
import io.inkstream.cli.serving.ServingReport;
import io.inkstream.server.refusal.Exit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench serving`: SGLang's `bench_serving` with its flags, against any server of its wire.
@Command(
    name = "serving",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Measures a server as SGLang's bench_serving does, with its flags.")
final class BenchServingCommand implements Callable<Integer> {
  private static final List<String> LOUD = List.of("DEBUG", "INFO");
  private static final List<String> LEVELS = List.of("DEBUG", "INFO", "WARNING", "ERROR");

  @Spec private CommandSpec spec;
  @Mixin private ServingTargetOptions target;
  @Mixin private ServingDataOptions data;
  @Mixin private ServingLoadOptions load;

  @Option(names = "--output-file", paramLabel = "FILE", description = "The figures as JSON.")
  private @Nullable Path outputFile;

  @Option(
      names = "--histogram",
      paramLabel = "FILE",
      description = "The distribution of latencies in ms, as HdrHistogram writes it.")
  private @Nullable Path histogram;

  @Option(names = "--disable-tqdm", description = "No line for each request.")
  private boolean quiet;

  @Option(names = "--log-level", hidden = true, description = "WARNING: as --disable-tqdm.")
  private String level = "INFO";

  @Override
  public Integer call() throws IOException, InterruptedException {
    var check = new OptionCheck(spec);
    check.oneOf("--log-level", level, LEVELS);
    var plan = load.plan(data, check);
    var report = new ServingBench(plan, target.target(check), this::log).run();
    print(report);
    return report.isComplete() ? 0 : Exit.FAILED.code();
  }

  private void print(ServingReport report) throws IOException {
    var out = spec.commandLine().getOut();
    out.println("\n" + Report.printable(report.table()));
    if (outputFile != null) {
      Files.writeString(outputFile, Report.pretty(report.json()) + "\n");
      out.println("Metrics saved to " + outputFile);
    }
    if (histogram != null) {
      try (var file = new PrintStream(Files.newOutputStream(histogram))) {
        report.writeHistogram(file);
      }
      out.println("Histogram saved to " + histogram);
    }
    out.flush();
  }

  private void log(String line) {
    if (!quiet && LOUD.contains(level)) {
      spec.commandLine().getErr().println("inkstream: " + Report.printable(line));
      spec.commandLine().getErr().flush();
    }
  }
}
