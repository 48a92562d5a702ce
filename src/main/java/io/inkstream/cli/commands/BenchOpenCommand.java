package io.inkstream.cli.commands;

import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How long a model takes to open, and what memory it takes: open, and at the peak of a picture.
@Command(
    name = "open",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Opens a model and draws one picture; tells the time and the memory (Linux).")
final class BenchOpenCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final Path STATUS = Path.of("/proc/self/status");

  @Spec private CommandSpec spec;

  @Option(names = "--size", description = "Side of the picture, 0 = none (default: 256).")
  private int size = 256;

  @Option(names = "--steps", description = "Steps of the picture (default: 2).")
  private int steps = 2;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE);
  }

  @Override
  public Integer call() throws IOException {
    var engine = EngineSettings.from(settings().values(spec));
    print("before", 0);
    var settings = engine.toLoad(Optional.empty());
    var runtime = OnnxRuntime.start(engine.runtime());
    long start = System.nanoTime();
    try (var pipeline = PipelineLoader.load(settings, runtime)) {
      print("open", System.nanoTime() - start);
      if (size > 0) {
        start = System.nanoTime();
        var request = GenerationRequest.of("a red apple").withCanvas(size, size).withSteps(steps);
        var _ = pipeline.generate(request, event -> {}, new CancellationSignal());
        print("picture", System.nanoTime() - start);
      }
    }
    return 0;
  }

  /// Anonymous memory is the process's own; file memory is mapped weights that the system may drop.
  private void print(String when, long nanos) throws IOException {
    var out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-8s %7.3f s   anonymous %5d MB   of files %5d MB   peak of both %5d MB%n",
        when,
        nanos / 1e9,
        megabytes("RssAnon"),
        megabytes("RssFile"),
        megabytes("VmHWM"));
    out.flush();
  }

  private static long megabytes(String field) throws IOException {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    }
  }
}
