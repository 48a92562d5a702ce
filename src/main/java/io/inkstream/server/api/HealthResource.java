package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.hub.PullState;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.inkstream.server.jobs.Probe;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/// Whether the server can draw, as SGLang says it; `/health_generate` also tries.
@Path("/")
final class HealthResource {
  private static final Health OK = new Health("ok", null, null);

  private final ModelSlot model;
  private final JobQueue queue;
  private final Probe probe;

  HealthResource(ModelSlot model, JobQueue queue, Probe probe) {
    this.model = model;
    this.queue = queue;
    this.probe = probe;
  }

  /// @param status `ok`, or what it waits for
  /// @param download of a model that is being fetched from the Hub
  /// @param lost devices that draw no more, if others do
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RegisterForReflection
  record Health(String status, @Nullable Download download, @Nullable List<String> lost) {}

  /// How far it is.
  ///
  /// @param secondsLeft as it looks now; null while nothing comes
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @RegisterForReflection
  record Download(
      String model,
      int files,
      int allFiles,
      long bytes,
      long allBytes,
      long bytesPerSecond,
      @Nullable Long secondsLeft) {
    static Download of(PullState pull) {
      return new Download(
          pull.model(),
          pull.files(),
          pull.allFiles(),
          pull.bytes(),
          pull.allBytes(),
          (long) pull.bytesPerSecond(),
          pull.left().map(Duration::toSeconds).orElse(null));
    }
  }

  @GET
  @Path("/health")
  @NonBlocking
  @Operation(summary = "Whether requests are taken")
  @APIResponse(
      responseCode = "200",
      description = "The server is ready, though some of its devices may be lost",
      content = @Content(schema = @Schema(implementation = Health.class)))
  @APIResponse(
      responseCode = "503",
      description =
          "It downloads or loads the model, warms up or stops, the model's files were written to,"
              + " or all devices are lost",
      content = @Content(schema = @Schema(implementation = Health.class)))
  public RestResponse<Health> health() {
    return switch (model.state()) {
      case ModelState.Ready ready -> queue.isDraining() ? unavailable("shutting_down") : drawing();
      case ModelState.Loading(var pull) ->
          pull.map(HealthResource::downloading).orElseGet(() -> unavailable("loading"));
      case ModelState.Warming warming -> unavailable("warming_up");
      case ModelState.Lost(_, _, LostDeviceException _) -> unavailable("device_lost");
      case ModelState.Lost _ -> unavailable("model_changed");
      case ModelState.Closed closed -> unavailable("shutting_down");
    };
  }

  private static RestResponse<Health> downloading(PullState pull) {
    return unavailable(new Health("downloading", Download.of(pull), null));
  }

  private RestResponse<Health> drawing() {
    if (queue.health().isGood()) {
      var lost = model.lostDevices();
      return RestResponse.ok(lost.isEmpty() ? OK : new Health("degraded", null, lost));
    }
    probe.draw();
    return unavailable("failing");
  }

  /// The process answers, whatever the model does, and is of use.
  @GET
  @Path("/liveness")
  @NonBlocking
  @Operation(summary = "Whether the process answers")
  @APIResponse(
      responseCode = "200",
      description = "It does",
      content = @Content(schema = @Schema(implementation = Health.class)))
  @APIResponse(
      responseCode = "503",
      description = "It does, but all its devices are lost: only another process brings them back",
      content = @Content(schema = @Schema(implementation = Health.class)))
  public RestResponse<Health> liveness() {
    return model.hasLostItsDevices() ? unavailable("device_lost") : RestResponse.ok(OK);
  }

  /// Draws the smallest picture, one for all who ask meanwhile and for a while afterwards, beside
  /// the queue's places. When the last of them hangs up, it is cancelled.
  @GET
  @Path("/health_generate")
  @Operation(
      summary =
          "Draws the smallest picture, unless it did a moment ago, and says whether that went well")
  @APIResponse(
      responseCode = "200",
      description = "A picture was drawn",
      content = @Content(schema = @Schema(implementation = Health.class)))
  @APIResponse(
      responseCode = "503",
      description = "None was drawn",
      content = @Content(schema = @Schema(implementation = OpenAiError.class)))
  public Uni<Health> healthGenerate() {
    return Uni.createFrom()
        .<Health>emitter(this::ask)
        .onFailure()
        .transform(ApiException::unhealthy);
  }

  private void ask(UniEmitter<? super Health> emitter) {
    Probe.Asking asking = probe.ask();
    emitter.onTermination(asking.leave());
    var _ =
        asking
            .drawn()
            .whenComplete((nothing, failure) -> {
              if (failure == null) {
                emitter.complete(OK);
              } else {
                emitter.fail(failure);
              }
            });
  }

  private static RestResponse<Health> unavailable(String why) {
    return unavailable(new Health(why, null, null));
  }

  private static RestResponse<Health> unavailable(Health why) {
    return RestResponse.status(RestResponse.Status.SERVICE_UNAVAILABLE, why);
  }
}
