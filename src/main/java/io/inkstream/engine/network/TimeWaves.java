package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.tensor.Shape;
import java.util.List;

/// Time as waves, diffusers' `Timesteps` with `flip_sin_to_cos` and a scale of 1000.
final class TimeWaves {
  /// Waves of a time.
  static final int CHANNELS = 256;

  private TimeWaves() {}

  /// `[cos, sin]` of `1000 t f_j`, `f_j = 10000^(-j/128)`: `[steps]` to `[steps, 256]`.
  static String of(GraphBuilder g, String timestep) {
    int half = CHANNELS / 2;
    float[] frequencies = new float[half];
    for (int j = 0; j < half; j++) {
      frequencies[j] = (float) Math.exp((float) (-Math.log(10000) * j) / half);
    }
    String column = g.reshape(timestep, -1, 1);
    String angle = g.op("Mul", column, g.floats("frequencies", new Shape(1, half), frequencies));
    String scaled = g.op("Mul", angle, g.scalar(1000f));
    return g.concat(1, List.of(g.op("Cos", scaled), g.op("Sin", scaled)));
  }
}
