package io.inkstream.engine.estimate;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;

/// What a pipeline makes of a request before anything is drawn.
///
/// @param request with the size that the pictures have
/// @param given what pictures that the request brings add to its load
/// @param strength the share of the steps that is made, the last ones
public record DrawingPlan(GenerationRequest request, Given given, double strength) {
  /// All steps, from noise.
  public DrawingPlan(GenerationRequest request, Given given) {
    this(request, given, 1);
  }

  /// The first step that is made, as diffusers' `get_timesteps` works it out.
  ///
  /// @throws InvalidRequestException if none is
  public int firstStep() {
    int steps = request.guidance().steps();
    double made = Math.min(steps * strength, steps);
    int first = (int) Math.max(steps - made, 0);
    InvalidRequestException.require(
        first < steps, "strength", strength, "larger: of %d steps it leaves none".formatted(steps));
    return first;
  }
}
