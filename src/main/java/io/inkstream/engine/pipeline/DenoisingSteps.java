package io.inkstream.engine.pipeline;

import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.OdeSolver.Move;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import java.util.List;
import java.util.function.Consumer;

/// The steps of one request as all pipelines make them: by its solver, and told of. For one thread.
final class DenoisingSteps implements AutoCloseable {
  private final Components components;
  private final AdmittedRequest admitted;
  private final Denoising denoising;
  private final OdeSolver solver;
  private final LatentDecoder decoder;
  private final Consumer<DrawingEvent> listener;
  private final CancellationSignal signal;

  DenoisingSteps(
      Components components,
      AdmittedRequest admitted,
      Prompts prompts,
      Conditions conditions,
      LatentDecoder decoder,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal) {
    this.components = components;
    this.admitted = admitted;
    this.decoder = decoder;
    this.listener = listener;
    this.signal = signal;
    listener.accept(new StageBegan(Stage.DENOISING));
    this.denoising = new Denoising(components, admitted, prompts, conditions, signal);
    this.solver = OdeSolver.of(admitted, denoising.guided(), signal);
  }

  /// Makes a step: the latents become those of its end.
  ///
  /// @param step from 0
  /// @throws NonFiniteLatentsException if they are no numbers then
  Move make(int step, List<float[]> latents) {
    var move = solver.step(step, latents);
    NonFiniteLatentsException.requireFinite(latents, step + 1);
    return move;
  }

  /// Tells of a step that was made, with the latents as the next one finds them.
  void tell(int step, List<float[]> latents, Move move) {
    Schedule schedule = admitted.schedule();
    float sigma = schedule.sigmas()[step + 1];
    listener.accept(
        new StepMade(
            step + 1,
            schedule.steps(),
            latents,
            move.cache(),
            move.forecast(),
            new StepPrediction(
                decoder, admitted.size(), latents, move.velocities(), sigma, signal)));
  }

  /// Tells what a cache or a forecast has done.
  void end() {
    denoising
        .run()
        .cacheStats()
        .map(did -> new CacheUsed(did, components.transformer().blocks()))
        .ifPresent(listener);
    solver.forecast().map(ForecastUsed::new).ifPresent(listener);
  }

  @Override
  public void close() {
    denoising.close();
  }
}
