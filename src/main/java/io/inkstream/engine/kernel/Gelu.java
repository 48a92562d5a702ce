package io.inkstream.engine.kernel;

/// GELU by its tanh form.
final class Gelu {
  private Gelu() {}

  static double of(double x) {
    double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
    return 0.5 * x * (1 + Math.tanh(inner));
  }
}
