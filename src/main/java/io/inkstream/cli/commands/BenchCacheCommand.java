package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.inkstream.cli.bench.Bench;
import io.inkstream.cli.bench.ReferenceWorker;
import io.inkstream.cli.bench.Scene;
import io.inkstream.cli.bench.Scenes;
import io.inkstream.engine.model.AdapterSettings;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.server.config.ModelChoice;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
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
      names = "--threads",
      paramLabel = "N",
      description = "Threads that work on a picture (default: 1, for which CPU seconds count).")
  private int threads = 1;

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
      names = "--output",
      paramLabel = "DIR",
      description =
          "For run.json, results.csv and pictures, of which perf/cache/report.py makes tables and"
              + " plots (default: perf/cache, or its folder forecast).")
  private @Nullable Path folder;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL);
  }

  @Override
  public Integer call() throws IOException {
    var model = ModelChoice.from(settings().values(spec));
    List<Scene> scenes = scenes();
    var runtime = OnnxRuntime.start(runtimeSettings());
    var settings =
        new ModelSettings(
            model.files(),
            Precision.FAST,
            Optional.empty(),
            AdapterSettings.NONE,
            Optional.empty());
    try (var pipeline = PipelineLoader.load(settings, runtime);
        var worker =
            reference.isEmpty() ? null : new ReferenceWorker(List.of(reference.split(" +")))) {
      var other = Optional.ofNullable(worker);
      var bench =
          forecast
              ? Bench.ofContenders(pipeline, output())
              : Bench.ofEngines(pipeline, other, output());
      bench.run(scenes, facts(model, scenes.size(), other), this::say);
    }
    return 0;
  }

  private Path output() {
    Path cache = Path.of("perf", "cache");
    return Objects.requireNonNullElse(folder, forecast ? cache.resolve("forecast") : cache);
  }

  private List<Scene> scenes() throws IOException {
    List<String> shipped = forecast ? Scenes.morePrompts() : Scenes.prompts();
    var taken = (prompts == null ? shipped : lines(prompts)).stream().limit(limit).toList();
    if (taken.isEmpty()) {
      throw misused("--limit is " + limit + ", leaves no prompt");
    }
    return Scenes.of(taken, forecast ? SEEDS_OF_FORECASTS : 1, steps, size);
  }

  private static List<String> lines(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
  }

  private RuntimeSettings runtimeSettings() {
    try {
      return new RuntimeSettings(threads, false);
    } catch (IllegalArgumentException e) {
      throw misused("--threads: " + e.getMessage());
    }
  }

  private ParameterException misused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private JsonNode facts(ModelChoice model, int scenes, Optional<ReferenceWorker> worker)
      throws IOException {
    var facts =
        JsonNodeFactory.instance
            .objectNode()
            .put("command", command())
            .put("model", model.name())
            .put("element", "float32")
            .put("size", size)
            .put("true_cfg_scale", Scenes.GUIDANCE)
            .put("negative_prompt", " ")
            .put("scenes", scenes)
            .put("threads", threads);
    var versions = facts.putArray("versions");
    List.of(new InkstreamVersion().getVersion()).forEach(versions::add);
    worker.ifPresent(other -> facts.set("reference", other.ready()));
    return facts;
  }

  private String command() {
    String counts = String.join(",", steps.stream().map(String::valueOf).toList());
    String made =
        "./inkstream bench cache " + (forecast ? "--forecast " : "") + "--steps " + counts;
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
