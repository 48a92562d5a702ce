package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.Load;

/// How much there is to draw: a unit is one token of the transformer in one forward.
final class Work {
  private Work() {}

  /// Units of a load: its steps, tokens, branches of guidance and pictures, multiplied.
  static double units(Load load) {
    return unitsOfStep(load) * load.steps();
  }

  static double unitsOfStep(Load load) {
    return (double) load.tokens() * load.branches() * load.pictures();
  }
}
