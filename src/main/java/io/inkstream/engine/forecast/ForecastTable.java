package io.inkstream.engine.forecast;

import java.util.List;

/// Which steps to compute, and the weights of each, fitted to a model's own pictures.
///
/// @param sigmas N + 1 noise levels that it was fitted for
/// @param computed K steps, ascending from 0
/// @param weights of each of them
/// @param adapters that acted, in a word; empty without any
public record ForecastTable(
    List<Float> sigmas, List<Integer> computed, List<Weights> weights, String adapters) {
  private static final double SAME = 1e-5;

  /// @param own of the velocity of the computed step
  /// @param earlier of the velocity of the computed step before it
  /// @param earliest of the velocity of the one before that
  public record Weights(double own, double earlier, double earliest) {
    /// Of two velocities.
    public Weights(double own, double earlier) {
      this(own, earlier, 0);
    }
  }

  /// Of a model without adapters.
  public ForecastTable(List<Float> sigmas, List<Integer> computed, List<Weights> weights) {
    this(sigmas, computed, weights, "");
  }

  public ForecastTable {
    sigmas = List.copyOf(sigmas);
    computed = List.copyOf(computed);
    weights = List.copyOf(weights);
    int steps = sigmas.size() - 1;
    require(steps >= 1, "sigmas", "two numbers or more");
    require(!computed.isEmpty() && computed.getFirst() == 0, "computed", "begin with step 0");
    for (int j = 1; j < computed.size(); j++) {
      require(computed.get(j) > computed.get(j - 1), "computed", "ascend");
    }
    require(computed.getLast() < steps, "computed", "be below the " + steps + " steps");
    require(
        weights.size() == computed.size(), "weights", "be a pair or three for each computed step");
    for (Weights one : weights) {
      double sum = one.own() + one.earlier() + one.earliest();
      require(Double.isFinite(sum), "weights", "be finite");
    }
  }

  /// N.
  public int steps() {
    return sigmas.size() - 1;
  }

  /// Whether it was fitted for these noise levels.
  public boolean fits(float[] others) {
    if (others.length != sigmas.size()) {
      return false;
    }
    for (int i = 0; i < others.length; i++) {
      if (!(Math.abs(others[i] - sigmas.get(i)) < SAME)) {
        return false;
      }
    }
    return true;
  }

  private static void require(boolean holds, String name, String must) {
    if (!holds) {
      throw new IllegalArgumentException(name + " of a forecast table must " + must);
    }
  }
}
