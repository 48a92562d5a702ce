package io.inkstream.server.api;

import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Cancelled;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobQueue;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestMulti;

/// `POST /v1/images/generations`.
///
/// A request is checked and admitted on the event loop; the drawing, the encoding and the answer's
/// JSON are the job's own work, on its worker. A client that hangs up cancels its job.
///
/// The body says whether the answer is JSON or a stream, not the `Accept` header, in which OpenAI's
/// clients ask for JSON either way. So the type of the answer is not declared.
@Path("/v1/images")
final class ImagesResource {
  private final ImageRequestBody body;
  private final ImageOrderReader orders;
  private final PictureLinks links;
  private final ImagesResponseWriter responses;
  private final ImageStreams streams;
  private final JobQueue queue;

  ImagesResource(
      ImageRequestBody body,
      ImageOrderReader orders,
      PictureLinks links,
      ImagesResponseWriter responses,
      ImageStreams streams,
      JobQueue queue) {
    this.body = body;
    this.orders = orders;
    this.links = links;
    this.responses = responses;
    this.streams = streams;
    this.queue = queue;
  }

  /// Draws pictures from a prompt.
  @POST
  @Path("/generations")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "createImage", summary = "Draw pictures from a prompt")
  @APIResponse(
      responseCode = "200",
      description = "The pictures; with stream, as Server-Sent Events",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = ImagesResponse.class)),
        @Content(
            mediaType = ServerSentEvents.MEDIA_TYPE,
            schema =
                @Schema(
                    oneOf = {
                      ImageStreamEvent.PartialImage.class,
                      ImageStreamEvent.Completed.class,
                      ImageStreamEvent.Progress.class
                    }))
      })
  public RestMulti<byte[]> generate(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = OpenApiContract.REQUEST)))
          byte[] json) {
    ImageOrder order = orders.read(body.read(json));
    return order.stream().map(wanted -> stream(order, wanted)).orElseGet(() -> answer(order));
  }

  private RestMulti<byte[]> stream(ImageOrder order, StreamOrder wanted) {
    return RestMulti.fromMultiData(streams.open(order, wanted))
        .header(HttpHeaders.CONTENT_TYPE, ServerSentEvents.MEDIA_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("X-Accel-Buffering", "no")
        .build();
  }

  private RestMulti<byte[]> answer(ImageOrder order) {
    Uni<byte[]> answer =
        links
            .requireRoom(order)
            .chain(kept -> Uni.createFrom().emitter(emitter -> submit(kept, emitter)));
    return RestMulti.fromMultiData(answer.toMulti())
        .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
        .build();
  }

  private void submit(ImageOrder order, UniEmitter<? super byte[]> emitter) {
    ImageJob job = queue.submit(order.order(), event -> answer(order, event, emitter));
    emitter.onTermination(job::cancel);
  }

  private void answer(ImageOrder order, JobEvent event, UniEmitter<? super byte[]> emitter) {
    switch (event) {
      case Completed completed -> write(order, completed, emitter);
      case Failed failed -> emitter.fail(failed.cause());
      case Cancelled _ -> emitter.fail(new CancelledException());
      case Queued _, Started _, StageBegan _, StageEnded _, StepMade _, Rejected _ -> {}
    }
  }

  private void write(ImageOrder order, Completed completed, UniEmitter<? super byte[]> emitter) {
    try {
      emitter.complete(responses.write(order, completed));
    } catch (RuntimeException | OutOfMemoryError e) { // one answer, whatever happens
      emitter.fail(e);
    }
  }
}
