package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.cli.bench.Bench;
import io.inkstream.cli.bench.ReferenceWorker;
import io.inkstream.cli.bench.Scene;
import io.inkstream.cli.bench.Scenes;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Speed-up and fidelity of a grid of cache settings, if wanted beside diffusers with cache-dit.
@Command(
    name = "cache",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws with a grid of cache settings: what each saves, and what it changes.")
final class BenchCacheCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final int SEEDS_OF_FORECASTS = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "N",
      description = "Numbers of steps (default: ${DEFAULT-VALUE}).",
      defaultValue = "20,28,50")
  private List<Integer> steps;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "A text file with one prompt a line (default: eight of the pocket model's).")
  private @Nullable Path prompts;

  @Option(names = "--limit", paramLabel = "N", description = "Takes the first N prompts only.")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--size", description = "Side of the square pictures (default: 256).")
  private int size = 256;

  @Option(
      names = "--true-cfg-scale",
      paramLabel = "SCALE",
      description = "Guidance of the pictures (default: 4); 1 is none.")
  private double guidance = Scenes.GUIDANCE;

  @Option(
      names = "--reference",
      paramLabel = "COMMAND",
      description =
          "Command line of a reference worker, in quotes:"
              + " \"python perf/cache/cache_dit_reference.py MODEL\".")
  private String reference = "";

  @Option(
      names = "--forecast",
      description =
          "Three families instead: this engine's block cache, velocity forecasts, fewer steps of"
              + " plain solvers; sixteen prompts of two seeds. An interrupted run goes on from"
              + " results.csv.")
  private boolean forecast;

  @Option(
      names = "--forecast-table",
      paramLabel = "FILE",
      description = "A file of forecast tables beside the model's own.")
  private @Nullable Path table;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "For run.json, results.csv and pictures, of which perf/cache/report.py makes tables and"
              + " plots (default: perf/cache, or its folder forecast).")
  private @Nullable Path folder;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE);
  }

  @Override
  public Integer call() throws IOException {
    var engine = EngineSettings.from(settings().values(spec));
    List<Scene> scenes = scenes();
    var runtime = OnnxRuntime.start(engine.runtime());
    try (var pipeline = PipelineLoader.load(engine.toLoad(Optional.ofNullable(table)), runtime);
        var worker =
            reference.isEmpty() ? null : new ReferenceWorker(List.of(reference.split(" +")))) {
      var other = Optional.ofNullable(worker);
      var bench =
          forecast
              ? Bench.ofContenders(pipeline, output())
              : Bench.ofEngines(pipeline, other, output());
      bench.run(scenes, facts(engine, scenes, other), this::say);
    }
    return 0;
  }

  private Path output() {
    Path cache = Path.of("perf", "cache");
    return Objects.requireNonNullElse(folder, forecast ? cache.resolve("forecast") : cache);
  }

  private List<Scene> scenes() throws IOException {
    List<String> shipped = forecast ? Scenes.morePrompts() : Scenes.prompts();
    var taken = PromptFile.promptsOr(prompts, shipped).stream().limit(limit).toList();
    if (taken.isEmpty()) {
      throw misused("--limit is " + limit + ", leaves no prompt");
    }
    return Scenes.of(taken, forecast ? SEEDS_OF_FORECASTS : 1, steps, size, guidance);
  }

  private ParameterException misused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private JsonNode facts(
      EngineSettings engine, List<Scene> scenes, Optional<ReferenceWorker> worker)
      throws IOException {
    var facts = new BenchFacts(command(), engine, scenes).toJson();
    worker.ifPresent(other -> facts.set("reference", other.ready()));
    return facts;
  }

  private String command() {
    String counts = String.join(",", steps.stream().map(String::valueOf).toList());
    String made =
        "./inkstream bench cache " + (forecast ? "--forecast " : "") + "--steps " + counts;
    made += guidance == Scenes.GUIDANCE ? "" : " --true-cfg-scale " + guidance;
    made += limit == Integer.MAX_VALUE ? "" : " --limit " + limit;
    made += prompts == null ? "" : " --prompts " + prompts.getFileName();
    return reference.isEmpty()
        ? made
        : made + " --reference \"python perf/cache/cache_dit_reference.py MODEL\"";
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
  }
}
