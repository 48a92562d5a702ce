package io.inkstream.engine.pipeline;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.transformer.TransformerRun;
import java.util.List;

/// The denoising of one request, whoever leads the latents from step to step. For one thread; the
/// caller closes it.
public final class Denoising implements AutoCloseable {
  private final Schedule schedule;
  private final TransformerRun run;
  private final GuidedVelocity guided;

  Denoising(
      Components components,
      AdmittedRequest admitted,
      Prompts prompts,
      Conditions conditions,
      CancellationSignal signal) {
    GenerationRequest request = admitted.request();
    this.schedule = admitted.schedule();
    float[] levels = request.sampling().sampler().evaluations(schedule.sigmas());
    var shape = admitted.shape(prompts.longest());
    this.run = components.transformer().begin(shape, modelTimes(schedule, levels), signal);
    try {
      this.guided =
          new GuidedVelocity(run, components.guidance(), levels, admitted, prompts, conditions);
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /// The velocities of each picture at a step, after guidance. The arrays are the caller's.
  ///
  /// @param step from 0
  /// @param latents of each picture, packed `[tokens, 4 z]`
  ///
  /// @throws NonFiniteLatentsException if the model gives a number that is none
  public List<float[]> velocities(int step, List<float[]> latents) {
    List<float[]> velocities = guided.at(schedule.sigmas()[step], latents);
    NonFiniteLatentsException.requireFinite(velocities, step + 1);
    return velocities;
  }

  GuidedVelocity guided() {
    return guided;
  }

  TransformerRun run() {
    return run;
  }

  private static float[] modelTimes(Schedule schedule, float[] levels) {
    float[] times = new float[levels.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = schedule.timestep(levels[i]) / 1000f;
    }
    return times;
  }

  @Override
  public void close() {
    guided.close();
    run.close();
  }
}
