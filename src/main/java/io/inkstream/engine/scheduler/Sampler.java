package io.inkstream.engine.scheduler;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The solver of the flow's differential equation `dx/dsigma = v`.
public enum Sampler {
  /// diffusers' own, of order 1.
  EULER,
  /// Adams–Bashforth of order 2, [AdamsBashforth2]: as near with fewer steps, from about ten on.
  AB2;

  /// The sampler that a request names, `euler` or `ab2`.
  public static Optional<Sampler> named(String name) {
    return Arrays.stream(values()).filter(one -> one.toString().equals(name)).findFirst();
  }

  /// As it is written in pictures, `Euler` or `AB2`.
  public String title() {
    return this == EULER ? "Euler" : "AB2";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
