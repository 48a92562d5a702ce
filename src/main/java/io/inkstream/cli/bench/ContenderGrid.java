package io.inkstream.cli.bench;

import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every contender in this engine. The full picture is drawn halfway, between the contenders that
/// it is compared with.
record ContenderGrid(DiffusionPipeline pipeline, List<Contender> contenders) implements Grid {
  private static final int WARM_UP_STEPS = 6;
  private static final Set<Kind> TABLED = Set.of(Kind.CALIBRATED, Kind.MEAN_CACHE);

  @Override
  public void warmUp(Scene scene) {
    var _ = Drawing.of(pipeline, scene.withSteps(WARM_UP_STEPS).request());
  }

  @Override
  public List<Trial> round(Scene scene) {
    List<Contender> grid = contenders.stream().filter(one -> fits(one, scene)).toList();
    List<Drawing> drawings = new ArrayList<>();
    @Nullable Drawing full = null;
    for (int i = 0; i < grid.size(); i++) {
      if (i == grid.size() / 2) {
        full = Drawing.of(pipeline, scene.request());
      }
      drawings.add(Drawing.of(pipeline, grid.get(i).apply(scene.request(), scene.steps())));
    }
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < grid.size(); i++) {
      trials.add(trial(scene, grid.get(i), drawings.get(i), Objects.requireNonNull(full)));
    }
    return trials;
  }

  /// Tables and published steps are not there for every number of steps. Whatever else is refused
  /// ends the bench: nobody would miss what is not in its results.
  private boolean fits(Contender contender, Scene scene) {
    GenerationRequest request = contender.apply(scene.request(), scene.steps());
    try {
      var _ = pipeline.admit(request);
      return true;
    } catch (InvalidRequestException e) {
      if (isTabled(request) && e.parameter().equals("forecast")) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isTabled(GenerationRequest request) {
    return request
        .sampling()
        .approximation()
        .forecast()
        .flatMap(ForecastParams::policy)
        .filter(TABLED::contains)
        .isPresent();
  }

  private static Trial trial(Scene scene, Contender contender, Drawing own, Drawing full) {
    return new Trial(PipelineSubject.NAME, contender.family(), contender.name(), scene, own, full);
  }
}
