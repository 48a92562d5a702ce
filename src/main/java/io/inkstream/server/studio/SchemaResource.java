package io.inkstream.server.studio;

import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.order.SamplingDefaults;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// `GET /studio/schema.json`: what the page makes its forms of.
@Path("/studio/schema.json")
final class SchemaResource {
  private final ServerSettings server;
  private final EngineSettings engine;
  private final SamplingDefaults sampling;
  private final Routes routes;
  private final String version;

  SchemaResource(
      ServerSettings server,
      EngineSettings engine,
      CacheDitSettings caching,
      DenoisingSettings denoising,
      Routes routes,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.server = server;
    this.engine = engine;
    this.sampling = denoising.samplingDefaults(caching);
    this.routes = routes;
    this.version = version;
  }

  @GET
  @Operation(
      operationId = "getStudioSchema",
      summary = "Fields and abilities, of which the studio makes its forms")
  public StudioSchema schema() {
    var size = server.defaults().size();
    return new StudioSchema(
        version,
        model(),
        defaults(),
        SizeEntry.of(
            (int) Math.round(Math.sqrt((double) size.width() * size.height())),
            engine.model().sideUnit()),
        FieldEntry.all(),
        CacheEntry.all(),
        policies(),
        routes.list());
  }

  private StudioSchema.Model model() {
    return new StudioSchema.Model(
        server.model().name(),
        server.model().path(),
        engine.deviceNames(),
        engine.precision().toString(),
        engine.model().draws(),
        engine.model().edits(),
        engine.model().mostPictures(),
        engine.model().sideUnit());
  }

  private StudioSchema.Defaults defaults() {
    var size = server.defaults().size();
    return new StudioSchema.Defaults(
        server.defaults().trained().guidance().steps(),
        server.defaults().trained().guidance().trueCfgScale(),
        size.width(),
        size.height(),
        server.maxImagePixels(),
        sampling.sampler().toString(),
        sampling.caches() ? "cache" : sampling.forecasts() ? "forecast" : "exact",
        sampling.cache().toMap(),
        sampling.forecast().toMap());
  }

  private static List<String> policies() {
    return Arrays.stream(ForecastPolicy.Kind.values()).map(String::valueOf).toList();
  }
}
