package io.inkstream.cli.commands;

import io.inkstream.cli.bench.CacheBench;
import io.inkstream.cli.bench.ContenderBench;
import io.inkstream.cli.bench.ReferenceWorker;
import io.inkstream.cli.bench.Scene;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.server.config.ModelChoice;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Speed-up and fidelity of a grid of cache settings, if wanted beside diffusers with cache-dit.
@Command(
    name = "cache",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws with a grid of cache settings: what each saves, and what it changes.")
final class BenchCacheCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final double GUIDANCE = 4;
  private static final long FIRST_SEED = 42;
  // Beside the eight; no calibration has seen any of the sixteen.
  private static final List<String> MORE_PROMPTS =
      List.of(
          "an octopus on a pink background",
          "a sign that says \"HELLO\" in red",
          "a guitar on a red and yellow striped background",
          "a frog on a white background",
          "two strawberries on a light blue background",
          "an elephant on a background fading from blue to white",
          "a bus on a yellow background",
          "a sunflower next to a house on a green background");
  private static final int SEEDS = 2;
  private static final long SEED_STRIDE = 100;
  private static final List<String> PROMPTS =
      List.of(
          "a red apple",
          "a dog face on a blue background",
          "a cute panda",
          "a hamburger on a green background",
          "a cat to the left of a pizza",
          "three rockets",
          "a tiger on a background fading from orange to purple",
          "a soccer ball next to a trophy on a light blue background");

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
          "For RESULTS.md, results.csv, frontier.svg (default: perf/cache, or its folder"
              + " forecast).")
  private @Nullable Path folder;

  private Path output = Path.of("");

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL);
  }

  @Override
  public Integer call() throws IOException {
    var model = ModelChoice.from(settings().values(spec));
    output = folder(folder);
    List<Scene> scenes = scenes();
    Files.createDirectories(output);
    var runtime = OnnxRuntime.start(runtimeSettings());
    var settings = new ModelSettings(model.folder(), model.vaePath(), Precision.FAST);
    try (var pipeline = PipelineLoader.load(settings, runtime);
        var worker =
            reference.isEmpty() ? null : new ReferenceWorker(List.of(reference.split(" +")))) {
      if (forecast) {
        new ContenderBench(pipeline, output, facts(model, null), command(), this::say).run(scenes);
        return 0;
      }
      var with = Optional.ofNullable(worker);
      new CacheBench(pipeline, with, output, facts(model, worker), command(), this::say)
          .run(scenes);
    }
    return 0;
  }

  private Path folder(@Nullable Path given) {
    Path cache = Path.of("perf", "cache");
    return Objects.requireNonNullElse(given, forecast ? cache.resolve("forecast") : cache);
  }

  private List<Scene> scenes() throws IOException {
    List<String> all = prompts == null ? shipped() : lines(prompts);
    List<Scene> scenes = new ArrayList<>();
    for (int round = 0; round < (forecast ? SEEDS : 1); round++) {
      for (int i = 0; i < Math.min(limit, all.size()); i++) {
        for (int count : steps) {
          long seed = FIRST_SEED + i + round * SEED_STRIDE;
          scenes.add(new Scene(all.get(i), seed, size, count, GUIDANCE));
        }
      }
    }
    if (scenes.isEmpty()) {
      throw new InvalidRequestException("limit", "limit is " + limit + ", leaves no prompt");
    }
    return scenes;
  }

  private List<String> shipped() {
    List<String> all = new ArrayList<>(PROMPTS);
    if (forecast) {
      all.addAll(MORE_PROMPTS);
    }
    return all;
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
      throw new InvalidRequestException("threads", String.valueOf(e.getMessage()));
    }
  }

  private List<String> facts(ModelChoice model, @Nullable ReferenceWorker worker)
      throws IOException {
    List<String> facts = new ArrayList<>();
    facts.add("Model: %s, float32".formatted(model.name()));
    facts.add(
        "Pictures of %d×%d pixels, true CFG scale %.0f (two forwards a step), negative prompt \" \""
            .formatted(size, size, GUIDANCE));
    facts.add(
        "Inkstream: %s, %d thread(s)"
            .formatted(String.join(", ", new InkstreamVersion().getVersion()), threads));
    Optional.ofNullable(worker)
        .map(ReferenceWorker::ready)
        .ifPresent(ready -> {
          List<String> versions = new ArrayList<>();
          ready.properties().forEach(e -> versions.add(e.getKey() + " " + e.getValue().asText()));
          facts.add("The reference, in the same run: " + String.join(", ", versions));
        });
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
