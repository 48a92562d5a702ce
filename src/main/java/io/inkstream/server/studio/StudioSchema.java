package io.inkstream.server.studio;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;

/// All that the page asks before it shows anything.
///
/// @param version of the program
/// @param model that is served
/// @param defaults of requests that do not say
/// @param sizes that suit the model, its own first
/// @param fields of a request
/// @param cacheDit parameters of `cache_dit_params`
/// @param forecastPolicies of `forecast`
/// @param routes that there are, such as `POST /v1/images/generations`: what the server can do
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
record StudioSchema(
    String version,
    Model model,
    Defaults defaults,
    List<SizeEntry> sizes,
    List<FieldEntry> fields,
    List<CacheEntry> cacheDit,
    List<String> forecastPolicies,
    List<String> routes) {

  /// @param path as the server was told
  /// @param device that draws: `cpu`, `cuda:1`, `cuda:0 to cuda:3`
  /// @param draws whether it draws from words alone
  /// @param edits whether it changes pictures as it is told, without a mask and a strength
  /// @param mostPictures that a request may bring
  /// @param sideUnit pixels that both sides are a multiple of
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Model(
      String name,
      String path,
      String device,
      String precision,
      boolean draws,
      boolean edits,
      int mostPictures,
      int sideUnit) {}

  /// @param maxPixels of a picture
  /// @param approximation `exact`, `cache` or `forecast`
  /// @param cacheDitParams of caches, where a request does not say
  /// @param forecast of forecasts, where a request does not say
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Defaults(
      int numInferenceSteps,
      double trueCfgScale,
      int width,
      int height,
      long maxPixels,
      String sampler,
      String approximation,
      Map<String, Object> cacheDitParams,
      Map<String, Object> forecast) {}
}
