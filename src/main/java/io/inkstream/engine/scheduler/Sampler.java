package io.inkstream.engine.scheduler;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Supplier;

/// The solver of the flow's differential equation `dx/dsigma = v`: what a request, a setting and a
/// flag may name, and a description, a refusal and a picture's own text say. One more is its
/// [Stepper] and a constant here.
public enum Sampler {
  EULER("Euler", "diffusers' own", () -> FlowMatchEulerDiscreteScheduler::step),
  AB2("AB2", "Adams-Bashforth of order 2, as near with fewer steps", AdamsBashforth2::new);

  private final String title;
  private final String meaning;
  private final Supplier<Stepper> stepper;

  Sampler(String title, String meaning, Supplier<Stepper> stepper) {
    this.title = title;
    this.meaning = meaning;
    this.stepper = stepper;
  }

  /// The sampler that a request names, `euler` or `ab2`.
  public static Optional<Sampler> named(String name) {
    return Arrays.stream(values()).filter(one -> one.toString().equals(name)).findFirst();
  }

  /// What all of them are called.
  public static List<String> names() {
    return Arrays.stream(values()).map(Sampler::toString).toList();
  }

  /// As it is written in pictures, `Euler` or `AB2`.
  public String title() {
    return title;
  }

  /// What it is, in a few words.
  public String meaning() {
    return meaning;
  }

  /// For one picture.
  public Stepper stepper() {
    return stepper.get();
  }

  /// How often a step evaluates the velocity; the last one, to a level of 0, may do with less.
  public int evaluationsOfStep() {
    return stepper().evaluations(1, 0.5f).length;
  }

  /// All noise levels at which a request evaluates the velocity, each once, in the order of their
  /// first evaluation.
  ///
  /// @param sigmas of the steps, and the last one's end
  public float[] evaluations(float[] sigmas) {
    Stepper stepper = stepper();
    SequencedSet<Float> levels = new LinkedHashSet<>();
    for (int i = 0; i < sigmas.length - 1; i++) {
      for (float level : stepper.evaluations(sigmas[i], sigmas[i + 1])) {
        levels.add(level);
      }
    }
    float[] all = new float[levels.size()];
    int at = 0;
    for (float level : levels) {
      all[at++] = level;
    }
    return all;
  }

  /// As a request names it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
