package io.inkstream.engine.forecast;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a forecast did in one request.
///
/// @param computed the steps that ran, from 1, ascending
/// @param steps all of them
/// @param errors how far each picture's latents are expected to be from those of all steps,
///   relative to them
public record ForecastSummary(
    ForecastPolicy policy, List<Integer> computed, int steps, List<Double> errors) {
  public ForecastSummary {
    computed = List.copyOf(computed);
    errors = List.copyOf(errors);
  }

  /// Steps that did not run.
  public int forecastSteps() {
    return steps - computed.size();
  }

  /// How many times as many steps would have run without it.
  public double speedupEstimate() {
    return (double) steps / computed.size();
  }

  /// How near a picture's latents are expected to be to those of all steps, in dB: `10 lg (|x|^2 /
  /// |x - exact|^2)`. It errs on the safe side, by 7 dB on the pocket model.
  ///
  /// @param image from 0
  /// @return empty if all steps ran, or there is no telling
  public Optional<Double> estimatedErrorDb(int image) {
    return errors.stream()
        .skip(image)
        .findFirst()
        .filter(error -> error > 0 && Double.isFinite(error))
        .map(error -> -20 * Math.log10(error));
  }

  /// The same of the picture that is furthest off.
  public Optional<Double> estimatedErrorDb() {
    return errors.stream()
        .max(Comparator.naturalOrder())
        .flatMap(most -> estimatedErrorDb(errors.indexOf(most)));
  }

  /// `guarded, computed 1 2 3 4 6 8 …`: for the picture's file.
  public String line() {
    String list = String.join(" ", computed.stream().map(String::valueOf).toList());
    return policy.kind() + ", computed " + list;
  }

  /// `10 of 20 steps forecast, estimated speed-up 2.00, error 31.2 dB (guarded, computed 1 2 3 …)`.
  @Override
  public String toString() {
    String error =
        estimatedErrorDb().map(db -> String.format(Locale.ROOT, ", error %.1f dB", db)).orElse("");
    return String.format(
        Locale.ROOT,
        "%d of %d steps forecast, estimated speed-up %.2f%s (%s)",
        forecastSteps(),
        steps,
        speedupEstimate(),
        error,
        line());
  }
}
