package io.inkstream.api;

import io.inkstream.jobs.ModelSlot;
import io.inkstream.jobs.ModelState;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestResponse;

/// Whether the server can draw, as SGLang says it.
@Path("/")
final class HealthResource {
  private final ModelSlot model;

  HealthResource(ModelSlot model) {
    this.model = model;
  }

  /// @param status `ok`, or what it waits for
  @RegisterForReflection
  record Health(String status) {}

  @GET
  @Path("/health")
  public RestResponse<Health> health() {
    return switch (model.state()) {
      case ModelState.Ready ready -> RestResponse.ok(new Health("ok"));
      case ModelState.Loading loading -> unavailable("loading");
      case ModelState.Warming warming -> unavailable("warming_up");
      case ModelState.Closed closed -> unavailable("shutting_down");
    };
  }

  /// The process answers, whatever the model does.
  @GET
  @Path("/liveness")
  public Health liveness() {
    return new Health("ok");
  }

  private static RestResponse<Health> unavailable(String why) {
    return RestResponse.status(RestResponse.Status.SERVICE_UNAVAILABLE, new Health(why));
  }
}
