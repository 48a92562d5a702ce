package io.inkstream.cli.bench;

import io.inkstream.cli.bench.ContenderTrial.Took;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.QwenImagePipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// Draws every scene once in full and once with each contender. `results.csv` grows scene by scene;
/// a second run goes on with the scenes that it lacks.
public record ContenderBench(
    QwenImagePipeline pipeline,
    Path output,
    List<String> facts,
    String command,
    Consumer<String> say) {
  private static final int WARM_UP_STEPS = 6;

  /// Draws what `results.csv` lacks.
  public void run(List<Scene> scenes) throws IOException {
    List<ContenderTrial> trials = new ArrayList<>(earlier());
    if (!trials.isEmpty()) {
      write(trials, scenes.size());
    }
    boolean warm = false;
    for (int i = 0; i < scenes.size(); i++) {
      Scene scene = scenes.get(i);
      if (trials.stream().anyMatch(trial -> trial.isOf(scene))) {
        continue;
      }
      if (!warm) {
        var _ = draw(scene.withSteps(WARM_UP_STEPS).request());
        warm = true;
      }
      say.accept(
          "%d/%d: %d steps, seed %d, %s"
              .formatted(i + 1, scenes.size(), scene.steps(), scene.seed(), scene.prompt()));
      trials.addAll(trials(scene));
      write(trials, scenes.size());
    }
    write(trials, scenes.size());
  }

  private Path csv() {
    return output.resolve("results.csv");
  }

  private List<ContenderTrial> earlier() throws IOException {
    if (!Files.exists(csv())) {
      return List.of();
    }
    try (var lines = Files.lines(csv())) {
      return lines.skip(1).map(ContenderTrial::parse).toList();
    }
  }

  private void write(List<ContenderTrial> trials, int planned) throws IOException {
    List<String> lines = new ArrayList<>(List.of(ContenderTrial.HEADER));
    trials.forEach(trial -> lines.add(trial.line()));
    Files.write(csv(), lines);
    var points = ContenderPoint.of(trials);
    Files.writeString(
        output.resolve("RESULTS.md"),
        new ContenderReport(facts, command, trials, points, planned).markdown());
    for (boolean byTime : new boolean[] {true, false}) {
      Files.writeString(
          output.resolve(byTime ? "frontier.svg" : "share.svg"),
          FrontierPlot.of(
              ContenderPoint.plot(points, byTime),
              byTime
                  ? "speed-up of the steps (by the clock on the wall)"
                  : "1 / share of the blocks that ran"));
    }
  }

  /// The full picture is drawn halfway, between the contenders that it is compared with.
  private List<ContenderTrial> trials(Scene scene) {
    List<Contender> grid = Contender.grid();
    List<Drawing> drawings = new ArrayList<>();
    Drawing full = null;
    for (int i = 0; i < grid.size(); i++) {
      if (i == grid.size() / 2) {
        full = draw(scene.request());
      }
      drawings.add(draw(grid.get(i).apply(scene.request(), scene.steps())));
    }
    List<ContenderTrial> trials = new ArrayList<>();
    for (int i = 0; i < grid.size(); i++) {
      trials.add(trial(scene, grid.get(i), drawings.get(i), Objects.requireNonNull(full)));
    }
    return trials;
  }

  private static ContenderTrial trial(Scene scene, Contender contender, Drawing own, Drawing full) {
    return new ContenderTrial(
        contender.family(),
        contender.name(),
        scene.steps(),
        scene.prompt(),
        scene.seed(),
        own.share() * own.steps() / scene.steps(),
        own.took(),
        full.took(),
        PictureLikeness.of(own.pixels(), full.pixels()));
  }

  /// @param share of the blocks of its own steps that ran
  private record Drawing(Took took, double share, int steps, Pixels pixels) {}

  private Drawing draw(GenerationRequest request) {
    var clock = new StageClock();
    List<GeneratedImage> images = new ArrayList<>();
    Cost all =
        Cost.of(() -> images.addAll(pipeline.generate(request, clock, new CancellationSignal())));
    return new Drawing(
        new Took(all, clock.steps()),
        clock.share(),
        request.guidance().steps(),
        images.getFirst().pixels());
  }

  /// When each stage began, and what was not computed.
  private static final class StageClock implements Consumer<DrawingEvent> {
    private final Map<Stage, Cost> begins = new EnumMap<>(Stage.class);
    private double blockShare = 1;

    @Override
    public void accept(DrawingEvent event) {
      switch (event) {
        case StageBegan(Stage stage) ->
            begins.put(stage, new Cost(Cost.cpuSeconds(), System.nanoTime() / 1e9));
        case CacheUsed used ->
            blockShare = 1 / used.stats().speedupEstimate(used.transformerBlocks());
        case ForecastUsed(var did) -> blockShare = 1 / did.speedupEstimate();
        case PromptsRead _, StepMade _ -> {}
      }
    }

    Cost steps() {
      Cost from = begins.getOrDefault(Stage.DENOISING, Cost.NONE);
      Cost to = begins.getOrDefault(Stage.DECODING, Cost.NONE);
      return new Cost(to.cpu() - from.cpu(), to.wall() - from.wall());
    }

    double share() {
      return blockShare;
    }
  }
}
