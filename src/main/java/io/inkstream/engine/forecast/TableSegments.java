package io.inkstream.engine.forecast;

/// The segments of [ForecastPolicy.Calibrated].
record TableSegments(ForecastTable table, float[] sigmas) implements Segments {
  @Override
  public Segment first() {
    return at(0);
  }

  @Override
  public Segment after(Computed earlier, Computed now) {
    return at(table.computed().indexOf(now.step()));
  }

  private Segment at(int index) {
    int from = table.computed().get(index);
    int to = index + 1 < table.computed().size() ? table.computed().get(index + 1) : table.steps();
    var weights = table.weights().get(index);
    return new Segment(from, to, weights.own(), weights.earlier(), sigmas);
  }
}
