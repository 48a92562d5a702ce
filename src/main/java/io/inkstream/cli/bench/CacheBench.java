package io.inkstream.cli.bench;

import io.inkstream.engine.pipeline.QwenImagePipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Draws every scene with each setting of the grid, in this engine and, if given, in the reference.
///
/// @param reference diffusers with cache-dit
/// @param output the folder of the results
/// @param facts versions and conditions, a line each
/// @param command that began it
public record CacheBench(
    QwenImagePipeline pipeline,
    Optional<ReferenceWorker> reference,
    Path output,
    List<String> facts,
    String command,
    Consumer<String> say) {
  private static final int WARM_UP_STEPS = 8;

  /// Writes the results after every scene: what a long run has measured outlives its interruption.
  public void run(List<Scene> scenes) throws IOException {
    List<CacheSubject> engines = new ArrayList<>(List.of(new PipelineSubject(pipeline)));
    reference.map(ReferenceSubject::new).ifPresent(engines::add);
    say.accept("warming up");
    CacheTrial.round(engines, CacheSetting.grid(), scenes.getFirst().withSteps(WARM_UP_STEPS));
    List<CacheTrial> trials = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i++) {
      Scene scene = scenes.get(i);
      say.accept(
          "%d/%d: %d steps, %s".formatted(i + 1, scenes.size(), scene.steps(), scene.prompt()));
      trials.addAll(CacheTrial.round(engines, CacheSetting.grid(), scene));
      write(trials);
    }
  }

  private void write(List<CacheTrial> trials) throws IOException {
    var sorted =
        trials.stream()
            .sorted(Comparator.comparingInt((CacheTrial trial) -> trial.scene().steps()))
            .toList();
    var report = new CacheBenchReport(facts, command, sorted);
    Files.writeString(output.resolve("RESULTS.md"), report.markdown());
    Files.writeString(output.resolve("results.csv"), CacheCsv.of(sorted));
    Files.writeString(output.resolve("frontier.svg"), FrontierPlot.of(CachePoint.of(sorted)));
  }
}
