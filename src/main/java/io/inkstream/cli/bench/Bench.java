package io.inkstream.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Draws scenes again and again, with less work and in full. The results grow scene by scene: what
/// a long run has measured outlives its interruption.
public final class Bench {
  private final Grid grid;
  private final Results results;

  private Bench(Grid grid, Results results) {
    this.grid = grid;
    this.results = results;
  }

  /// The same cache settings in this engine and in another.
  ///
  /// @param reference diffusers with cache-dit
  public static Bench ofEngines(
      DiffusionPipeline pipeline, Optional<ReferenceWorker> reference, Path output)
      throws IOException {
    List<Subject> engines = new ArrayList<>(List.of(new PipelineSubject(pipeline)));
    reference.map(ReferenceSubject::new).ifPresent(engines::add);
    return new Bench(new EngineGrid(engines, CacheVariant.grid()), Results.in(output));
  }

  /// Block caches, velocity forecasts and fewer steps in this engine. A second run draws the scenes
  /// that `output` lacks.
  public static Bench ofContenders(DiffusionPipeline pipeline, Path output) throws IOException {
    return new Bench(new ContenderGrid(pipeline, Contender.grid()), Results.goingOnIn(output));
  }

  /// The forecast's policies alone, as [#ofContenders].
  public static Bench ofPolicies(DiffusionPipeline pipeline, Path output) throws IOException {
    return new Bench(new ContenderGrid(pipeline, Contender.policies()), Results.goingOnIn(output));
  }

  /// @param run versions and conditions, to be kept with the results
  /// @param say hears of each scene
  public void run(List<Scene> scenes, JsonNode run, Consumer<String> say) throws IOException {
    results.describe(run);
    boolean warm = false;
    for (int i = 0; i < scenes.size(); i++) {
      Scene scene = scenes.get(i);
      if (results.has(scene)) {
        continue;
      }
      if (!warm) {
        say.accept("warming up");
        grid.warmUp(scene);
        warm = true;
      }
      say.accept(
          "%d/%d: %d steps, seed %d, %s"
              .formatted(i + 1, scenes.size(), scene.steps(), scene.seed(), scene.prompt()));
      results.add(grid.round(scene));
    }
  }
}
