package io.inkstream.server.api;

import io.inkstream.server.http.ServerSentEvents;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/// `POST /v1/images/generations`.
///
/// A request is checked and admitted on the event loop; the drawing, the encoding and the answer's
/// making are the job's own work, on its worker. A client that hangs up cancels its job.
@Path("/v1/images")
final class ImagesResource {
  private final ImageRequestBody body;
  private final ImageOrderReader orders;
  private final ImageAnswers answers;
  private final KeyedAnswers keyed;

  ImagesResource(
      ImageRequestBody body, ImageOrderReader orders, ImageAnswers answers, KeyedAnswers keyed) {
    this.body = body;
    this.orders = orders;
    this.answers = answers;
    this.keyed = keyed;
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
      @Parameter(
              description =
                  "A name of this request: whoever sends it again under it gets the same pictures")
          @RestHeader(KeyedAnswers.HEADER)
          @Nullable String key,
      @Parameter(hidden = true) @RestHeader(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = OpenApiContract.REQUEST)))
          byte[] json) {
    if (key != null) {
      return ImageAnswers.of(keyed.open(key, authorization, json));
    }
    return answers.open(orders.readWords(body.read(json)));
  }
}
