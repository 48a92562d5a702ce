package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.estimate.StepCosts;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.transformer.AdapterWeight;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A request that a model can draw, and what was worked out to say so. It is good for the model
/// that admitted it.
///
/// @param first of the request's pictures that is drawn, and after it as many as the load has: all
///   of them, or those of a part
/// @param adapters that act
/// @param load how much there is to draw
/// @param schedule its noise levels
/// @param forecast which steps to compute, if not all
/// @param costs of the steps
public record AdmittedRequest(
    GenerationRequest request,
    int first,
    List<AdapterWeight> adapters,
    Load load,
    Schedule schedule,
    Optional<ForecastPolicy> forecast,
    StepCosts costs) {
  public AdmittedRequest {
    adapters = List.copyOf(adapters);
  }

  /// All pictures of a request.
  public AdmittedRequest(
      GenerationRequest request,
      List<AdapterWeight> adapters,
      Load load,
      Schedule schedule,
      Optional<ForecastPolicy> forecast,
      StepCosts costs) {
    this(request, 0, adapters, load, schedule, forecast, costs);
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

  /// In how many parts it may be drawn, each by itself, for the same pictures to the bit. What
  /// approximates may decide over all pictures together: then it is one.
  public int mostParts() {
    return load.approximation() instanceof Approximation.None ? load.pictures() : 1;
  }

  /// So many parts, one after the other, as even as can be.
  ///
  /// @param count at most [#mostParts]
  public List<AdmittedRequest> parts(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            part -> pictures(load.pictures() * part / count, load.pictures() * (part + 1) / count))
        .toList();
  }

  /// @param to after the last
  private AdmittedRequest pictures(int from, int to) {
    return new AdmittedRequest(
        request, first + from, adapters, load.withPictures(to - from), schedule, forecast, costs);
  }

  /// Which of all prompts a picture is of.
  ///
  /// @param picture among those that are drawn
  int promptIndex(int picture) {
    return (first + picture) / request.draws().imagesPerPrompt();
  }

  /// The noise levels of the steps that are made, falling, and the end, 0.
  public float[] sigmas() {
    return schedule.sigmas().clone();
  }

  /// Extent of a picture.
  LatentSize size() {
    return load.size();
  }

  /// @param textTokens of the longest text: the load knows no more than how many bytes it has
  RunShape shape(int textTokens) {
    List<Grid> grids = new ArrayList<>(List.of(grid(size())));
    load.given().beside().forEach(condition -> grids.add(grid(condition)));
    return new RunShape(
        grids, textTokens, load.pictures(), load.branches(), load.cache(), adapters);
  }

  private static Grid grid(LatentSize size) {
    return new Grid(size.rows(), size.columns());
  }
}
