package io.inkstream.server.jobs;

import io.inkstream.engine.estimate.StepCosts;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Approximation;

/// How much one job has to draw. A unit is one token of the transformer in one forward of all its
/// blocks. Safe for any thread.
final class Work {
  private final Approximation approximation;
  private final double unitsOfStep;
  private final StepCosts costs;
  private final Savings savings;
  private int stepsMade;
  // Costs of the steps that are left.
  private double most;
  private double least;

  /// @param savings of the queue's jobs
  Work(AdmittedRequest admitted, Savings savings) {
    var load = admitted.load();
    this.approximation = load.approximation();
    this.unitsOfStep =
        (double) load.streamTokens() * load.evaluations() * load.branches() * load.pictures();
    this.costs = admitted.costs();
    this.savings = savings;
    beginAgain();
  }

  /// All of it is left.
  synchronized void beginAgain() {
    stepsMade = 0;
    most = costs.left(0, 0);
    least = costs.left(0, 1);
  }

  /// The units of a step that has been made.
  double units(StepMade step) {
    return unitsOfStep * costs.of(step.cache(), step.forecast());
  }

  /// Counts a step that has been made; one more than were admitted was never part of the work.
  synchronized void made(StepMade step) {
    if (stepsMade == costs.most().length) {
      return;
    }
    double mostOfStep = costs.most()[stepsMade];
    double saved = mostOfStep - costs.of(step.cache(), step.forecast());
    savings.learn(approximation, saved, mostOfStep - costs.least()[stepsMade]);
    stepsMade++;
    most = costs.left(stepsMade, 0);
    least = costs.left(stepsMade, 1);
  }

  /// The units that are left, as far as can be said.
  synchronized double left() {
    return unitsOfStep * (most - savings.share(approximation) * (most - least));
  }
}
