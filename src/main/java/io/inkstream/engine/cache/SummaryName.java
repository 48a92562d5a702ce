package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;

import java.math.BigDecimal;
import java.util.Locale;

/// Settings in one word, as cache-dit's `strify` writes them.
final class SummaryName {
  private SummaryName() {}

  /// @param separate whether branches have a state each
  /// @param cachedSteps of the first branch
  static String of(DBCacheConfig config, boolean separate, int cachedSteps) {
    var name = new StringBuilder();
    name.append("DBCache_F").append(config.get(FN_COMPUTE_BLOCKS));
    name.append('B').append(config.get(BN_COMPUTE_BLOCKS));
    name.append("_W").append(config.get(MAX_WARMUP_STEPS));
    name.append('I').append(config.get(WARMUP_INTERVAL));
    name.append('M').append(Math.max(0, config.get(MAX_CACHED_STEPS)));
    name.append("MC").append(Math.max(0, config.get(MAX_CONTINUOUS_CACHED_STEPS)));
    name.append("_R").append(repr(config.get(RESIDUAL_DIFF_THRESHOLD)));
    config
        .mask()
        .ifPresent(mask ->
            name.append("_SCM")
                .append(mask.bits())
                .append('_')
                .append(config.get(SCM_POLICY).name().toLowerCase(Locale.ROOT)));
    name.append("_CFG").append(separate ? 1 : 0);
    name.append('_').append(calibrator(config.calibrator()));
    return cachedSteps > 0 ? name.append("_S").append(cachedSteps).toString() : name.toString();
  }

  private static String calibrator(CalibratorConfig calibrator) {
    return switch (calibrator) {
      case CalibratorConfig.None() -> "T0O0";
      case CalibratorConfig.TaylorSeer(int order) -> order == 0 ? "NONE" : "T1O" + order;
      case CalibratorConfig.Dmd dmd ->
          "DMDH"
              + dmd.history()
              + switch (dmd.svdPrecision()) {
                case LOW -> "l";
                case MEDIUM -> "";
                case HIGH -> "h";
              };
    };
  }

  /// A number of 0 or more as Python's `repr` writes it.
  private static String repr(double value) {
    if (value == 0) {
      return "0.0";
    }
    // Double.toString has the shortest digits that read back, as repr has.
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      BigDecimal mantissa = digits.movePointLeft(exponent).stripTrailingZeros();
      return "%se%+03d".formatted(mantissa.toPlainString(), exponent);
    }
    String plain = digits.toPlainString();
    return digits.scale() <= 0 ? plain + ".0" : plain;
  }
}
