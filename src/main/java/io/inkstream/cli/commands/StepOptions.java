package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.order.Field;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How to get from step to step, and which steps not to compute.
final class StepOptions {
  @Option(
      names = "--forecast",
      paramLabel = "SHARE",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Compute this share of the steps (0.5 if not said) and forecast the velocity at the"
              + " others, where nothing runs; false turns it off. Default:"
              + " INKSTREAM_FORECAST_ENABLED, else false.")
  private @Nullable String forecast;

  @Option(
      names = "--forecast-policy",
      paramLabel = "NAME",
      description =
          "guarded, both-ends, calibrated, power-law or mean-cache. Default:"
              + " INKSTREAM_FORECAST_POLICY, else the model's table if one fits (see inkstream"
              + " calibrate), else guarded.")
  private @Nullable String policy;

  @Option(
      names = "--forecast-tolerance",
      paramLabel = "ERROR",
      description = "Of guarded: smaller computes more steps. Default: 0.02.")
  private @Nullable Double tolerance;

  /// The field `forecast`, if anything is said of it.
  void put(ObjectNode fields) {
    boolean some = policy != null || tolerance != null;
    if (some && "false".equals(forecast)) {
      throw Field.FORECAST.refused("false", "left out with a policy or a tolerance");
    }
    if (some) {
      ObjectNode object = fields.putObject(Field.FORECAST.wireName());
      Optional.ofNullable(policy).ifPresent(name -> object.put("policy", name));
      share().ifPresent(number -> object.put("share", number));
      Optional.ofNullable(tolerance).ifPresent(number -> object.put("tolerance", number));
    } else if (share().isPresent()) {
      fields.put(Field.FORECAST.wireName(), share().get());
    } else if (forecast != null) {
      fields.put(Field.FORECAST.wireName(), forecast.equals("true"));
    }
  }

  private Optional<Double> share() {
    if (forecast == null || forecast.equals("true") || forecast.equals("false")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Double.parseDouble(forecast));
    } catch (NumberFormatException e) {
      throw Field.FORECAST.refused(
          "'" + forecast + "'", "a share above 0 and at most 1, true or false");
    }
  }
}
