package io.inkstream.cli.commands;

import io.inkstream.cli.bench.Bench;
import io.inkstream.cli.bench.Scene;
import io.inkstream.cli.bench.Scenes;
import io.inkstream.cli.bench.VelocityChanges;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.snapshot.DrawingDefaults;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The forecast's policies on a model that nobody has tried them on, in about an hour.
@Command(
    name = "forecast-real",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws two prompts in full and with every forecast policy: which one to take.",
    footer = {
      "",
      "DIR/velocity-N.csv says how much the velocity changes from step to step of prompt N: where"
          + " that is little, steps may be skipped. perf/cache/report.py DIR compares the pictures"
          + " with those in full and writes DIR/RESULTS.md: take the policy with the highest PSNR"
          + " at the share that you want, and look at its pictures. If mean-cache wins at 0.34, the"
          + " model wants a longer dense start than both-ends has: say so in an issue, with the"
          + " folder. An interrupted run goes on where it stopped."
    })
final class BenchForecastRealCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final List<String> PROMPTS =
      List.of(
          "A coffee shop entrance with a chalkboard sign that says \"FRESH COFFEE 2 DOLLARS\"",
          "a fox in the snow at dawn, photograph");

  private static final int STEPS = 50;

  @Spec private CommandSpec spec;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "A text file with one prompt a line (default: two).")
  private @Nullable Path prompts;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Number of steps (default: ${DEFAULT-VALUE}).")
  private int steps = STEPS;

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Side of the square pictures (default: the model's own).")
  private @Nullable Integer size;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Default: ${DEFAULT-VALUE}.",
      defaultValue = "forecast-real")
  private Path output;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE, Settings.ADAPTERS);
  }

  @Override
  public Integer call() throws IOException {
    var engine = EngineSettings.from(settings().values(spec));
    int side = size == null ? DrawingDefaults.of(engine.model().folder()).side() : size;
    List<Scene> scenes =
        Scenes.of(PromptFile.promptsOr(prompts, PROMPTS), 1, List.of(steps), side, Scenes.GUIDANCE);
    var runtime = OnnxRuntime.start(engine.runtime());
    try (var pipeline = PipelineLoader.load(engine.toLoad(Optional.empty()), runtime)) {
      var bench = Bench.ofPolicies(pipeline, output);
      for (int i = 0; i < scenes.size(); i++) {
        Path file = output.resolve("velocity-%d.csv".formatted(i + 1));
        if (!Files.exists(file)) {
          say("in full: " + scenes.get(i).prompt());
          Files.write(file, VelocityChanges.of(pipeline, scenes.get(i)).lines());
        }
      }
      bench.run(scenes, new BenchFacts(command(engine), engine, scenes).toJson(), this::say);
    }
    spec.commandLine().getOut().println(output);
    return 0;
  }

  private String command(EngineSettings engine) {
    String made = "./inkstream bench forecast-real --model-path " + engine.model().name();
    made += steps == STEPS ? "" : " --steps " + steps;
    return prompts == null ? made : made + " --prompts " + prompts.getFileName();
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
  }
}
