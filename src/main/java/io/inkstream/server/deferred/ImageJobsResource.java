package io.inkstream.server.deferred;

import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.INTEGER;
import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.STRING;

import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.ServerSentEvents;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/// `/v1/images/jobs`: pictures for whose making nobody holds a connection open. They come in by
/// [NewImageJobsResource].
@Path("/v1/images/jobs")
final class ImageJobsResource {
  private static final Duration FOR_A_CANCELLATION = Duration.ofSeconds(5);

  private final JobAnswers answers;
  private final JobEventStreams streams;
  private final KeptPictures pictures;
  private final PictureLinks links;
  private final JobDesk desk;

  ImageJobsResource(
      JobAnswers answers,
      JobEventStreams streams,
      KeptPictures pictures,
      PictureLinks links,
      JobDesk desk) {
    this.answers = answers;
    this.streams = streams;
    this.pictures = pictures;
    this.links = links;
    this.desk = desk;
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getImageJob", summary = "A job, and its pictures when it is completed")
  @APIResponse(
      responseCode = "200",
      description = "The job",
      content = @Content(schema = @Schema(implementation = ImageJobAnswer.class)))
  public Uni<RestResponse<ImageJobAnswer>> get(
      @Parameter(description = "The job's id") @RestPath String id,
      @Parameter(description = "`wait=N` waits N seconds for the end, 600 at most")
          @RestHeader("Prefer")
          @Nullable String prefer) {
    var wanted = Preference.of(prefer);
    URI base = links.base();
    return answers
        .find(id)
        .chain(job -> answers.settled(job, wanted.waiting()))
        .chain(job -> answers.answer(job, base))
        .map(RestResponse::ok);
  }

  @GET
  @Operation(operationId = "listImageJobs", summary = "Jobs, a page at a time")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content = @Content(schema = @Schema(implementation = ImageJobAnswer.Page.class)))
  public Uni<RestResponse<ImageJobAnswer.Page>> list(
      @Parameter(description = "The last job of the page before") @RestQuery @Nullable String after,
      @Parameter(
              description = "How many",
              schema = @Schema(type = INTEGER, minimum = "1", maximum = "100", defaultValue = "20"))
          @RestQuery
          @Nullable String limit,
      @Parameter(
              description = "By the time of their coming",
              schema =
                  @Schema(
                      type = STRING,
                      enumeration = {"asc", "desc"},
                      defaultValue = "desc"))
          @RestQuery
          @Nullable String order,
      @Parameter(
              description = "Only these",
              schema =
                  @Schema(
                      type = STRING,
                      enumeration = {
                        "queued",
                        "in_progress",
                        "completed",
                        "failed",
                        "cancelled",
                        "interrupted"
                      }))
          @RestQuery
          @Nullable String status) {
    var wanted = JobListing.of(after, limit, order, status);
    URI base = links.base();
    return answers
        .requireKnown(wanted.after())
        .chain(
            known -> Uni.createFrom().completionStage(() -> desk.store().list(wanted.andOneMore())))
        .chain(jobs -> page(jobs, wanted.limit(), base));
  }

  private Uni<RestResponse<ImageJobAnswer.Page>> page(List<StoredJob> jobs, int limit, URI base) {
    List<StoredJob> shown = jobs.subList(0, Math.min(limit, jobs.size()));
    return answers
        .answers(shown, base)
        .map(data ->
            RestResponse.ok(
                new ImageJobAnswer.Page(
                    "list",
                    data,
                    data.isEmpty() ? null : data.getFirst().id(),
                    data.isEmpty() ? null : data.getLast().id(),
                    jobs.size() > limit)));
  }

  /// Ends a job soon, wherever it is.
  @POST
  @Path("/{id}/cancel")
  @Operation(operationId = "cancelImageJob", summary = "End a job that waits or is drawn")
  @APIResponse(
      responseCode = "200",
      description = "The job: cancelled, or about to be",
      content = @Content(schema = @Schema(implementation = ImageJobAnswer.class)))
  public Uni<RestResponse<ImageJobAnswer>> cancel(
      @Parameter(description = "The job's id") @RestPath String id) {
    URI base = links.base();
    return Uni.createFrom()
        .completionStage(() -> desk.store().cancel(id))
        .map(before -> requireOpen(id, before))
        .chain(job -> answers.find(id))
        .chain(job -> answers.settled(job, FOR_A_CANCELLATION))
        .chain(job -> answers.answer(job, base))
        .map(RestResponse::ok);
  }

  private static StoredJob requireOpen(String id, Lookup before) {
    StoredJob job = JobAnswers.require(id, before);
    if (job.status().isEnd()) {
      throw ApiException.jobIs(
          id, job.status().toString(), "it has ended, nothing is left to cancel");
    }
    return job;
  }

  /// Forgets a job and its pictures.
  @DELETE
  @Path("/{id}")
  @Operation(
      operationId = "deleteImageJob",
      summary = "Forget a job that has ended, and its pictures")
  @APIResponse(
      responseCode = "200",
      description = "It is forgotten",
      content = @Content(schema = @Schema(implementation = ImageJobAnswer.Deleted.class)))
  public Uni<RestResponse<ImageJobAnswer.Deleted>> delete(
      @Parameter(description = "The job's id") @RestPath String id) {
    return Uni.createFrom()
        .completionStage(() -> desk.store().delete(id))
        .map(before -> requireEnded(id, before))
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .invoke(job -> job.result().ifPresent(pictures::delete))
        .map(job -> RestResponse.ok(new ImageJobAnswer.Deleted(id, ImageJobAnswer.OBJECT, true)));
  }

  private static StoredJob requireEnded(String id, Lookup before) {
    StoredJob job = JobAnswers.require(id, before);
    if (!job.status().isEnd()) {
      throw ApiException.jobIs(id, job.status().toString(), "cancel it before");
    }
    return job;
  }

  /// What happens to a job, as Server-Sent Events; 204 for who has seen its last.
  @GET
  @Path("/{id}/events")
  @Operation(
      operationId = "watchImageJob",
      summary = "A job's events, as a browser's EventSource takes them")
  @APIResponse(
      responseCode = "200",
      description = "Events, to the last",
      content = @Content(mediaType = ServerSentEvents.MEDIA_TYPE, schema = @Schema(type = STRING)))
  @APIResponse(responseCode = "204", description = "The last event has the number that was given")
  public RestMulti<byte[]> events(
      @Parameter(description = "The job's id") @RestPath String id,
      @Parameter(description = "The number of the last event that was seen")
          @RestHeader("Last-Event-ID")
          @Nullable String lastEventId) {
    long after = JobEventStreams.number(lastEventId);
    return RestMulti.fromUniResponse(
        answers.find(id),
        job -> streams.frames(job, after),
        job ->
            JobEventStreams.isOver(job, after)
                ? Map.of()
                : Map.of(
                    HttpHeaders.CONTENT_TYPE,
                    List.of(ServerSentEvents.MEDIA_TYPE),
                    HttpHeaders.CACHE_CONTROL,
                    List.of("no-cache"),
                    "X-Accel-Buffering",
                    List.of("no")),
        job -> JobEventStreams.isOver(job, after) ? 204 : 200);
  }
}
