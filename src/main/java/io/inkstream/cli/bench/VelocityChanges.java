package io.inkstream.cli.bench;

import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How much the velocity after guidance changes from step to step of a picture that is drawn in
/// full: `|V_t - V_{t-1}| / |V_t|`, which says where steps may be skipped.
///
/// @param sigmas the noise levels of the steps
/// @param ofSteps from the second on
public record VelocityChanges(List<Float> sigmas, List<Double> ofSteps) {
  /// Draws a scene in full.
  public static VelocityChanges of(DiffusionPipeline pipeline, Scene scene) {
    var admitted = pipeline.admit(scene.request());
    return of(pipeline, admitted);
  }

  private static VelocityChanges of(DiffusionPipeline pipeline, AdmittedRequest admitted) {
    float[] sigmas = admitted.sigmas();
    List<float[]> latents = pipeline.noise(admitted);
    List<Float> levels = new ArrayList<>();
    List<Double> changes = new ArrayList<>();
    float[] before = {};
    try (var denoising = pipeline.denoise(admitted, new CancellationSignal())) {
      for (int step = 0; step < sigmas.length - 1; step++) {
        float[] velocity = denoising.velocities(step, latents).getFirst();
        if (step > 0) {
          levels.add(sigmas[step]);
          changes.add(change(velocity, before));
        }
        before = velocity;
        FlowMatchEulerDiscreteScheduler.step(
            latents.getFirst(), velocity, sigmas[step], sigmas[step + 1]);
      }
    }
    return new VelocityChanges(levels, changes);
  }

  /// How far a velocity is from another, in its own length.
  public static double change(float[] velocity, float[] before) {
    double changed = 0;
    double length = 0;
    for (int i = 0; i < velocity.length; i++) {
      double difference = (double) velocity[i] - before[i];
      changed += difference * difference;
      length += (double) velocity[i] * velocity[i];
    }
    return Math.sqrt(changed / length);
  }

  /// `step,sigma,change`, a line for each step.
  public List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("step,sigma,change"));
    for (int i = 0; i < ofSteps.size(); i++) {
      lines.add(String.format(Locale.ROOT, "%d,%.6f,%.5f", i + 2, sigmas.get(i), ofSteps.get(i)));
    }
    return lines;
  }
}
