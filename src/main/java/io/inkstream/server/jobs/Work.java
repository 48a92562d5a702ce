package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.GenerationRequest;

/// How much there is to draw: a unit is one token of the transformer in one forward.
final class Work {
  private static final int PIXELS_PER_TOKEN = 16 * 16;

  private Work() {}

  /// Units of a request: its steps, tokens, branches of guidance and pictures, multiplied.
  static double units(GenerationRequest request) {
    return unitsOfStep(request) * request.guidance().steps();
  }

  static double unitsOfStep(GenerationRequest request) {
    double tokens =
        (double) request.canvas().width() * request.canvas().height() / PIXELS_PER_TOKEN;
    return tokens * (request.usesTrueCfg() ? 2 : 1) * request.images();
  }
}
