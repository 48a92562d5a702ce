package io.inkstream.cli.commands;

import io.inkstream.cli.fitting.FittingPlan;
import io.inkstream.cli.fitting.TableFitting;
import io.inkstream.engine.model.ForecastStore;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.snapshot.DrawingDefaults;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.ModelChoice;
import io.inkstream.server.config.Settings;
import io.inkstream.server.order.PictureSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `inkstream calibrate`: the forecast tables of a model.
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Fits a model's forecast tables: which steps to compute, and how to extend between.",
    footer = {
      "",
      "Draws the prompts in full, chooses the steps from what was recorded, then fits the weights"
          + " in a loop for each table. An interrupted calibration goes on where it stopped. The"
          + " tables lie in the cache folder (XDG_CACHE_HOME, else ~/.cache) under the model's"
          + " fingerprint, and are used wherever they fit: forecasts of that many steps, that"
          + " share, that size and those adapters. Beside each it says how near the policies are"
          + " expected to come without a table."
    })
final class CalibrateCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final List<String> PROMPTS =
      List.of(
          "a pizza on a yellow background",
          "a fox",
          "a red car on a white background",
          "a penguin face on a green background",
          "two bananas on a purple background",
          "a rocket next to a star on a blue background");

  @Spec private CommandSpec spec;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "N",
      defaultValue = "20,28,50",
      description = "Numbers of steps (default: ${DEFAULT-VALUE}).")
  private List<Integer> steps;

  @Option(
      names = "--share",
      split = ",",
      paramLabel = "SHARE",
      defaultValue = "0.3,0.4,0.5",
      description = "Shares of them to compute (default: ${DEFAULT-VALUE}).")
  private List<Double> shares;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "A text file with one prompt a line (default: six plain ones). Two or three of any kind"
              + " are enough; the weights are fitted to the first four.")
  private @Nullable Path prompts;

  @Option(names = "--size", paramLabel = "WxH", description = "Default: the model's own.")
  private @Nullable String size;

  @Option(
      names = "--true-cfg-scale",
      paramLabel = "SCALE",
      description = "Guidance of the calibration pictures (default: 4).")
  private double guidance = 4;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the tables here instead of to the cache folder.")
  private @Nullable Path output;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE, Settings.CARDS, Settings.ADAPTERS);
  }

  @Override
  public Integer call() throws IOException {
    var engine = EngineSettings.withoutReplicas(settings().values(spec));
    var store = new ForecastStore(engine.model().open(), System.getenv());
    Path file = Optional.ofNullable(output).orElseGet(store::file);
    var plan = plan(engine.model(), engine.adapters().shelf().active());
    var signal = new CancellationSignal();
    try (var interrupts = Interrupts.cancelling(signal, () -> say("cancelled"))) {
      say("loading " + engine.model().name());
      var settings = engine.toLoad(Optional.empty());
      try (var pipeline = PipelineLoader.load(settings, engine.devices())) {
        interrupts.workBegins();
        new TableFitting(pipeline, plan, store.fingerprint(), store.work(), file, signal, this::say)
            .run();
        spec.commandLine().getOut().println(file);
        return 0;
      } catch (CancelledException e) {
        say("cancelled; the same command goes on from here");
        return interrupts.exitCode();
      }
    }
  }

  private FittingPlan plan(ModelChoice model, List<AdapterChoice> adapters) throws IOException {
    int side = DrawingDefaults.of(model.folder()).side();
    return new FittingPlan(
        steps,
        shares,
        PromptFile.promptsOr(prompts, PROMPTS),
        size == null ? new PictureSize(side, side) : size(size),
        guidance,
        adapters);
  }

  private static PictureSize size(String text) {
    try {
      return PictureSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("size", String.valueOf(e.getMessage()));
    }
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }
}
