package io.inkstream.engine.forecast;

import java.util.List;

/// The segments of [ForecastPolicy.Calibrated].
@SuppressWarnings("ArrayRecordComponent") // read, compared never
record TableSegments(ForecastTable table, float[] sigmas) implements Segments {
  @Override
  public Segment after(List<Computed> made) {
    int index = table.computed().indexOf(made.getFirst().step());
    int from = table.computed().get(index);
    int to = index + 1 < table.computed().size() ? table.computed().get(index + 1) : table.steps();
    var of = table.weights().get(index);
    double[] weights = {of.own(), of.earlier(), of.earliest()};
    return Segment.fitted(from, to, weights, sigmas);
  }
}
