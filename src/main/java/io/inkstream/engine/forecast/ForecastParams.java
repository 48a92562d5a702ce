package io.inkstream.engine.forecast;

import static io.inkstream.engine.forecast.InvalidForecastException.require;

import io.inkstream.engine.forecast.ForecastPolicy.BothEnds;
import io.inkstream.engine.forecast.ForecastPolicy.Calibrated;
import io.inkstream.engine.forecast.ForecastPolicy.Guarded;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.forecast.ForecastPolicy.MeanCache;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What somebody asked of a forecast; what is left out is said by the settings, or by the defaults:
/// half of the steps, from a table where there is one that fits, else guarded.
///
/// @param policy none: a table that fits, else guarded
/// @param share of the steps that is computed (at least), above 0, at most 1
/// @param tolerance of the guarded policy
public record ForecastParams(
    Optional<Kind> policy, Optional<Double> share, Optional<Double> tolerance) {
  /// Nothing is said.
  public static final ForecastParams NONE =
      new ForecastParams(Optional.empty(), Optional.empty(), Optional.empty());

  /// Half of the steps.
  public static final ForecastParams HALF = ofShare(0.5);

  private static final double SHARE = 0.5;
  private static final double TOLERANCE = 0.02;

  public ForecastParams {
    share.ifPresent(BothEnds::new);
    tolerance.ifPresent(some -> new Guarded(SHARE, some));
  }

  /// A share of the steps, and nothing else.
  public static ForecastParams ofShare(double share) {
    return new ForecastParams(Optional.empty(), Optional.of(share), Optional.empty());
  }

  /// What one speaker said at once.
  ///
  /// @throws InvalidForecastException if a policy is given what it does not know
  public static ForecastParams together(
      Optional<Kind> policy, Optional<Double> share, Optional<Double> tolerance) {
    Optional<Kind> meant = policy.or(() -> tolerance.map(_ -> Kind.GUARDED));
    require(
        tolerance.isEmpty() || meant.equals(Optional.of(Kind.GUARDED)),
        "tolerance",
        tolerance.orElse(TOLERANCE),
        "left out unless the policy is guarded");
    return new ForecastParams(meant, share, tolerance);
  }

  /// These, and where they say nothing, the others.
  public ForecastParams over(ForecastParams others) {
    return new ForecastParams(
        policy.or(() -> others.policy),
        share.or(() -> others.share),
        tolerance.or(() -> others.tolerance));
  }

  /// The policy of a request.
  ///
  /// @param sigmas of its executed steps, and the last one's end
  /// @param tables of the model
  /// @throws InvalidForecastException if a table is asked for and none fits
  public ForecastPolicy resolve(float[] sigmas, ForecastTables tables) {
    double part = share.orElse(SHARE);
    int steps = sigmas.length - 1;
    int computed = ForecastPolicy.computedSteps(part, steps);
    Optional<ForecastPolicy> fitted = tables.find(sigmas, computed).map(Calibrated::new);
    var guarded = new Guarded(part, tolerance.orElse(TOLERANCE));
    if (policy.isEmpty()) {
      return fitted.orElse(guarded);
    }
    return switch (policy.get()) {
      case GUARDED -> guarded;
      case BOTH_ENDS -> new BothEnds(part);
      case CALIBRATED -> fitted.orElseThrow(() -> withoutTable(steps, computed));
      case POWER_LAW -> new PowerLaw(part);
      case MEAN_CACHE -> new MeanCache(steps == MeanCache.STEPS ? computed : 0);
    };
  }

  /// The same with the policy that it came to, so that the picture can be made again.
  public ForecastParams as(ForecastPolicy resolved) {
    return new ForecastParams(Optional.of(resolved.kind()), share, tolerance);
  }

  private static InvalidForecastException withoutTable(int steps, int computed) {
    return new InvalidForecastException(
        "policy",
        Kind.CALIBRATED,
        "guarded or both-ends here: the model has no table for %d of %d steps at this size"
                .formatted(computed, steps)
            + " (inkstream calibrate makes one)");
  }

  /// As in a request.
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    policy.ifPresent(kind -> map.put(ForecastFields.POLICY, kind.toString()));
    map.put(ForecastFields.SHARE, share.orElse(SHARE));
    if (policy.equals(Optional.of(Kind.GUARDED))) {
      map.put(ForecastFields.TOLERANCE, tolerance.orElse(TOLERANCE));
    }
    return map;
  }
}
