package io.inkstream.engine.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tables of a model.
///
/// @param all the first that fits is used
public record ForecastTables(List<ForecastTable> all) {
  /// A model that was not calibrated.
  public static final ForecastTables NONE = new ForecastTables(List.of());

  public ForecastTables {
    all = List.copyOf(all);
  }

  /// The table for these noise levels and that many computed steps.
  public Optional<ForecastTable> find(float[] sigmas, int computed) {
    return all.stream()
        .filter(table -> table.computed().size() == computed && table.fits(sigmas))
        .findFirst();
  }

  /// Those that were fitted with these adapters.
  ///
  /// @param adapters as in [ForecastTable]
  public ForecastTables with(String adapters) {
    return new ForecastTables(
        all.stream().filter(table -> table.adapters().equals(adapters)).toList());
  }

  /// These, then the others.
  public ForecastTables and(ForecastTables others) {
    List<ForecastTable> both = new ArrayList<>(all);
    both.addAll(others.all);
    return new ForecastTables(both);
  }
}
