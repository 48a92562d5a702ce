package io.inkstream.server.config;

import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.PictureSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What requests get that do not say it, and the most that they may ask for.
final class RequestEntries {
  static final Group GROUP = new Group("Requests");
  static final Group FORECAST = new Group("Velocity forecast");

  static final Setting<Integer> MAX_IMAGE_PIXELS =
      GROUP
          .entry("max-image-pixels", new Kind.Whole(256, Integer.MAX_VALUE))
          .initially("8294400") // 3840 x 2160
          .help("The largest picture.");

  static final Setting<Integer> NUM_INFERENCE_STEPS =
      GROUP
          .entry("num-inference-steps", like(Field.NUM_INFERENCE_STEPS))
          .otherwise("the model's")
          .help("Steps of requests that say none.");

  static final Setting<PictureSize> SIZE =
      GROUP
          .entry("size", new Kind.Foreign<>("WIDTHxHEIGHT such as 1024x1024", PictureSize::parse))
          .otherwise("the model's")
          .help("Size of requests that say none, `WIDTHxHEIGHT`.");

  static final Setting<Integer> OUTPUT_COMPRESSION =
      GROUP
          .entry("output-compression", like(Field.OUTPUT_COMPRESSION))
          .otherwise("the format's")
          .help("`output_compression` of requests that say none.");

  static final Setting<Sampler> SAMPLER =
      GROUP
          .entry("sampler", Kind.Choice.of(List.of(Sampler.values())))
          .initially("euler")
          .help("Sampler of requests that name none.");

  static final Setting<Boolean> FORECAST_ENABLED =
      FORECAST
          .entry("forecast.enabled", new Kind.Flag())
          .initially("false")
          .help("Requests of more than 8 steps have a forecast that do not say.");

  static final Setting<ForecastPolicy.Kind> FORECAST_POLICY =
      FORECAST
          .entry("forecast.policy", Kind.Choice.of(List.of(ForecastPolicy.Kind.values())))
          .otherwise("the model's table if one fits, else `guarded`")
          .help("`guarded`, `both-ends`, `calibrated`, `power-law` or `mean-cache`.");

  static final Setting<Double> FORECAST_SHARE =
      FORECAST
          .entry(
              "forecast.share", new Kind.Foreign<>("above 0 and at most 1", RequestEntries::share))
          .otherwise("0.5")
          .help(
              "The share of the steps that is computed (`guarded`: at least), above 0, at most 1.");

  static final Setting<Double> FORECAST_TOLERANCE =
      FORECAST
          .entry(
              "forecast.tolerance",
              new Kind.Foreign<>("above 0 and at most 10", RequestEntries::tolerance))
          .otherwise("0.02")
          .help("Of `guarded`: smaller computes more steps.");

  static final Setting<Path> FORECAST_TABLE =
      FORECAST
          .entry("forecast.table", Kind.Place.FILE)
          .help("A file of forecast tables beside the model's own.");

  static final Setting<Boolean> FORECAST_QUALITY_HIGH =
      FORECAST
          .entry("forecast.quality-high", new Kind.Flag())
          .initially("true")
          .help("A request's `quality` of `high` does not mean a forecast of share 0.5.");

  private RequestEntries() {}

  /// The range of a request's field.
  private static Kind.Whole like(Field field) {
    if (field.kind() instanceof io.inkstream.server.order.Kind.Whole(int low, int high)) {
      return new Kind.Whole(low, high);
    }
    throw new IllegalArgumentException(field + " is no whole number");
  }

  private static double share(String text) {
    return ForecastParams.ofShare(Double.parseDouble(text)).share().orElseThrow();
  }

  private static double tolerance(String text) {
    Optional<Double> number = Optional.of(Double.parseDouble(text));
    return ForecastParams.together(Optional.empty(), Optional.empty(), number)
        .tolerance()
        .orElseThrow();
  }
}
