package io.inkstream.engine.pipeline;

import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.transformer.AdapterWeight;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A request that a model can draw, and what was worked out to say so. It is good for the model
/// that admitted it.
///
/// @param adapters that act
/// @param load how much there is to draw
/// @param schedule its noise levels
/// @param forecast which steps to compute, if not all
/// @param costs of the steps
public record AdmittedRequest(
    GenerationRequest request,
    List<AdapterWeight> adapters,
    Load load,
    Schedule schedule,
    Optional<ForecastPolicy> forecast,
    StepCosts costs) {
  public AdmittedRequest {
    adapters = List.copyOf(adapters);
  }

  /// Without adapters.
  public AdmittedRequest(
      GenerationRequest request,
      Load load,
      Schedule schedule,
      Optional<ForecastPolicy> forecast,
      StepCosts costs) {
    this(request, List.of(), load, schedule, forecast, costs);
  }

  /// The noise levels of the steps that are made, falling, and the end, 0.
  public float[] sigmas() {
    return schedule.sigmas().clone();
  }

  /// Extent of a picture.
  LatentSize size() {
    return load.size();
  }

  RunShape shape() {
    List<Grid> grids = new ArrayList<>(List.of(grid(size())));
    load.given().beside().forEach(condition -> grids.add(grid(condition)));
    return new RunShape(grids, load.pictures(), load.branches(), load.cache()).with(adapters);
  }

  private static Grid grid(LatentSize size) {
    return new Grid(size.rows(), size.columns());
  }
}
