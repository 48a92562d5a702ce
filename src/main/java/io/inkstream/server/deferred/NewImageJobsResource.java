package io.inkstream.server.deferred;

import io.inkstream.server.api.KeyedAnswers;
import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.edits.EditBodies;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/// Jobs handed in, under a new id or a chosen one: 202 while one goes on, 200 when it has ended. Of
/// JSON, whose pictures are looked at here, or of a form, whose pictures [EditBodies] has looked
/// at.
@Path("/v1/images/jobs")
@APIResponse(
    responseCode = "200",
    description = "The job has ended",
    content = @Content(schema = @Schema(implementation = ImageJobAnswer.class)))
@APIResponse(
    responseCode = "202",
    description = "The job waits or is drawn",
    content = @Content(schema = @Schema(implementation = ImageJobAnswer.class)))
final class NewImageJobsResource {
  private static final String REQUEST = "#/components/schemas/ImageJobRequest";
  private static final String KEY =
      "A name of this request: who asks again under it gets the same job";
  private static final String PREFER = "`wait=N` waits N seconds for the end, 600 at most";

  private final JobOrders orders;
  private final JobAnswers answers;
  private final PictureLinks links;

  NewImageJobsResource(JobOrders orders, JobAnswers answers, PictureLinks links) {
    this.orders = orders;
    this.answers = answers;
    this.links = links;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "createImageJob",
      summary = "Have pictures drawn, and ask for them later")
  public Uni<RestResponse<ImageJobAnswer>> create(
      @Parameter(description = KEY) @RestHeader(KeyedAnswers.HEADER) @Nullable String key,
      @Parameter(description = PREFER) @RestHeader("Prefer") @Nullable String prefer,
      @Parameter(hidden = true) @RestHeader(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      @RequestBody(required = true, content = @Content(schema = @Schema(ref = REQUEST)))
          byte[] json) {
    var name = JobOrders.Name.ofNew(key, authorization);
    return settled(orders.handIn(name, json, false), prefer);
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(hidden = true)
  public Uni<RestResponse<ImageJobAnswer>> createOfForm(
      @RestHeader(KeyedAnswers.HEADER) @Nullable String key,
      @RestHeader("Prefer") @Nullable String prefer,
      @RestHeader(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @Context ContainerRequestContext request) {
    var name = JobOrders.Name.ofNew(key, authorization);
    return settled(orders.handIn(name, EditBodies.taken(request).fields(), false), prefer);
  }

  @PUT
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "putImageJob",
      summary = "Have pictures drawn under an id of one's own, or come back to that job")
  public Uni<RestResponse<ImageJobAnswer>> put(
      @Parameter(description = "1 to 64 letters, digits, - and _") @RestPath String id,
      @Parameter(description = PREFER) @RestHeader("Prefer") @Nullable String prefer,
      @RequestBody(required = true, content = @Content(schema = @Schema(ref = REQUEST)))
          byte[] json) {
    return settled(orders.handIn(JobOrders.Name.chosen(id), json, false), prefer);
  }

  @PUT
  @Path("/{id}")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(hidden = true)
  public Uni<RestResponse<ImageJobAnswer>> putOfForm(
      @RestPath String id,
      @RestHeader("Prefer") @Nullable String prefer,
      @Context ContainerRequestContext request) {
    var name = JobOrders.Name.chosen(id);
    return settled(orders.handIn(name, EditBodies.taken(request).fields(), false), prefer);
  }

  private Uni<RestResponse<ImageJobAnswer>> settled(Uni<StoredJob> job, @Nullable String prefer) {
    var wanted = Preference.of(prefer);
    URI base = links.base();
    return job.chain(accepted -> answers.settled(accepted, wanted.waiting()))
        .chain(settled -> answers.answer(settled, base).map(answer -> response(answer, wanted)));
  }

  private static RestResponse<ImageJobAnswer> response(ImageJobAnswer answer, Preference wanted) {
    var status =
        answer.completedAt() == null ? RestResponse.Status.ACCEPTED : RestResponse.Status.OK;
    var response =
        RestResponse.ResponseBuilder.create(status, answer)
            .header(HttpHeaders.LOCATION, answer.links().self());
    return wanted
        .header()
        .map(applied -> response.header("Preference-Applied", applied))
        .orElse(response)
        .build();
  }
}
