package io.inkstream.engine.pipeline;

import io.inkstream.engine.scheduler.Schedule;
import java.util.Optional;

/// Requests as if a model of Qwen-Image's latents had admitted them, for tests without one.
public final class Admitted {
  private Admitted() {}

  /// A request without a forecast.
  public static AdmittedRequest of(GenerationRequest request) {
    var size = LatentSize.ofPixels(request.canvas().width(), request.canvas().height(), 8);
    int steps = request.guidance().steps();
    var schedule = new Schedule(new float[steps + 1], 1000);
    return new AdmittedRequest(request, Load.of(request, size), schedule, Optional.empty());
  }
}
