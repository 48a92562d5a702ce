package io.inkstream.cli.serving;

import io.inkstream.cli.serving.ServingAnswer.Drawn;

/// A request and how it went.
///
/// @param waited seconds from its arrival until a place among those that may be open was free
record ServingResult(ServingRequest request, double waited, ServingAnswer answer) {
  boolean isDrawn() {
    return answer instanceof Drawn;
  }

  double latency() {
    return answer.seconds();
  }

  double fromArrival() {
    return waited + answer.seconds();
  }
}
