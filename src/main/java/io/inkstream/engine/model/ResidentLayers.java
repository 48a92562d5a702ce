package io.inkstream.engine.model;

/// How many layers of a network stay where it runs.
///
/// @param amount below 1 a share of them, from 1 on their number, as SGLang's
///   `--dit-layerwise-resident-layers`
public record ResidentLayers(double amount) {
  public static final ResidentLayers NONE = new ResidentLayers(0);
  public static final ResidentLayers ALL = new ResidentLayers(Integer.MAX_VALUE);

  public ResidentLayers {
    if (!(amount >= 0)) {
      throw new IllegalArgumentException(
          "resident layers are %s, must be 0 or more".formatted(amount));
    }
  }

  /// @param layers of the network
  int of(int layers) {
    return (int) Math.min(layers, amount < 1 ? amount * layers : amount);
  }
}
