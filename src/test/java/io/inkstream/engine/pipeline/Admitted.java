package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.estimate.StepCosts;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.scheduler.Schedule;
import java.util.Optional;

/// Requests as if a model of 10 blocks had admitted them, for tests without one.
public final class Admitted {
  private static final int BLOCKS = 10;

  private Admitted() {}

  /// A request without a forecast.
  public static AdmittedRequest of(GenerationRequest request) {
    return of(request, Optional.empty());
  }

  /// A request and the policy that its forecast came to.
  public static AdmittedRequest of(GenerationRequest request, Optional<ForecastPolicy> policy) {
    var canvas = request.canvas();
    var load = Load.of(request, LatentSize.ofPixels(canvas.width(), canvas.height(), 8));
    var schedule = new Schedule(new float[load.steps() + 1], 1000);
    return new AdmittedRequest(request, load, schedule, policy, StepCosts.of(load, policy, BLOCKS));
  }
}
