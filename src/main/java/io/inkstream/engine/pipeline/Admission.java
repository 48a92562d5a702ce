package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.estimate.MemoryBudget;
import io.inkstream.engine.estimate.StepCosts;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.forecast.ForecastTables;
import io.inkstream.engine.forecast.InvalidForecastException;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.scheduler.SchedulerFields;
import io.inkstream.engine.transformer.AdapterWeight;
import io.inkstream.engine.transformer.DiffusionTransformer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Whether a model can draw a request, worked out once, before any work.
///
/// @param tables of the model, for forecasts
/// @param adapters that requests may name
/// @param memory that there is
record Admission(
    Components components, ForecastTables tables, AdapterShelf adapters, MemoryBudget memory) {
  /// @throws InvalidRequestException if the request's size, cache or forecast do not go with the
  ///   model or the memory
  /// @throws io.inkstream.engine.device.DeviceBusyException if others use the device
  AdmittedRequest admit(DrawingPlan plan) {
    GenerationRequest request = plan.request();
    var acting = adapters.find(request.adapters());
    var load = Load.of(plan, size(request.canvas()), transformer().bytesOf(acting));
    requireFits(load);
    requireRoomFor(load);
    var schedule = schedule(load, plan, request.scheduler().or(lightning(acting)));
    var policy = policy(load, schedule.sigmas(), tables.with(adapterMark(acting)));
    var costs = StepCosts.of(load, policy, transformer().blocks());
    return new AdmittedRequest(request, acting, load, schedule, policy, costs);
  }

  private DiffusionTransformer transformer() {
    return components.transformer();
  }

  private void requireRoomFor(Load load) {
    memory.requireRoomFor(load);
  }

  private LatentSize size(Canvas canvas) {
    try {
      return LatentSize.ofPixels(
          canvas.width(), canvas.height(), components.vae().scale(), transformer().patchSize());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("size", String.valueOf(e.getMessage()));
    }
  }

  private void requireFits(Load load) {
    try {
      load.cache().ifPresent(transformer()::requireFits);
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }

  private SchedulerFields lightning(List<AdapterWeight> acting) {
    return Lightning.fieldsFor(acting).or(Lightning.fieldsFor(adapters.inWeights()));
  }

  private Schedule schedule(Load load, DrawingPlan plan, SchedulerFields fields) {
    try {
      int steps = plan.request().guidance().steps();
      return components
          .scheduler()
          .schedule(steps, load.size().tokens(), fields)
          .from(plan.firstStep());
    } catch (IllegalArgumentException e) { // a shift by so large a size, or as the request says
      throw new InvalidRequestException(
          fields.isEmpty() ? "size" : "scheduler", String.valueOf(e.getMessage()));
    }
  }

  /// What tells the model from itself without adapters, as in a forecast table: tables of the one
  /// do not fit the other.
  String adapterMark(List<AdapterWeight> acting) {
    return Stream.concat(adapters.inWeights().stream(), acting.stream())
        .map(AdapterWeight::toString)
        .collect(Collectors.joining(", "));
  }

  private Optional<ForecastPolicy> policy(Load load, float[] sigmas, ForecastTables fitted) {
    try {
      return load.approximation().forecast().map(params -> params.resolve(sigmas, fitted));
    } catch (InvalidForecastException e) {
      throw InvalidRequestException.of(e);
    }
  }
}
