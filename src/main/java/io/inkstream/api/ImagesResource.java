package io.inkstream.api;

import io.inkstream.jobs.ImageEvent;
import io.inkstream.jobs.ImageJob;
import io.inkstream.jobs.JobQueue;
import io.inkstream.runtime.CancelledException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// `POST /v1/images/generations`.
///
/// A request is checked and admitted on the event loop; the drawing, the encoding and the answer's
/// JSON are the job's own work, on its worker. A client that hangs up cancels its job.
@Path("/v1/images")
final class ImagesResource {
  private final ImageRequestBody body;
  private final ImageOrderReader orders;
  private final ImagesResponseWriter responses;
  private final JobQueue queue;

  ImagesResource(
      ImageRequestBody body,
      ImageOrderReader orders,
      ImagesResponseWriter responses,
      JobQueue queue) {
    this.body = body;
    this.orders = orders;
    this.responses = responses;
    this.queue = queue;
  }

  /// Draws pictures from a prompt.
  @POST
  @Path("/generations")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "createImage", summary = "Draw pictures from a prompt")
  @APIResponse(
      responseCode = "200",
      description = "The pictures",
      content = @Content(schema = @Schema(implementation = ImagesResponse.class)))
  public Uni<byte[]> generate(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = ImageGenerationRequest.class)))
          byte[] json) {
    ImageOrder order = orders.read(body.read(json));
    return Uni.createFrom().emitter(emitter -> submit(order, emitter));
  }

  private void submit(ImageOrder order, UniEmitter<? super byte[]> emitter) {
    ImageJob job = queue.submit(order.request(), event -> answer(order, event, emitter));
    emitter.onTermination(job::cancel);
  }

  private void answer(ImageOrder order, ImageEvent event, UniEmitter<? super byte[]> emitter) {
    switch (event) {
      case ImageEvent.Progress progress -> {}
      case ImageEvent.Completed completed -> write(order, completed, emitter);
      case ImageEvent.Failed failed -> emitter.fail(failed.cause());
      case ImageEvent.Cancelled cancelled -> emitter.fail(new CancelledException());
    }
  }

  private void write(
      ImageOrder order, ImageEvent.Completed completed, UniEmitter<? super byte[]> emitter) {
    try {
      emitter.complete(responses.write(order, completed));
    } catch (RuntimeException e) {
      emitter.fail(e);
    }
  }
}
