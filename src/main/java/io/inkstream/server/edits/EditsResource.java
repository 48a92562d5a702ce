package io.inkstream.server.edits;

import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.STRING;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.api.ImageAnswers;
import io.inkstream.server.api.ImageOrderReader;
import io.inkstream.server.api.ImageRequestBody;
import io.inkstream.server.api.ImagesResponse;
import io.inkstream.server.api.KeyedAnswers;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.ServerSentEvents;
import io.inkstream.server.order.Field;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
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

/// `POST /v1/images/edits` and `/v1/images/variations`. [EditBodies] has taken the body in and
/// looked at its pictures before; from there on a request goes the way of `/v1/images/generations`.
@Path("/v1/images")
final class EditsResource {
  private static final String PICTURES = "The pictures; with stream, as Server-Sent Events";
  private static final String KEY =
      "A name of this request: whoever sends it again under it gets the same pictures";

  private final EditIntake intake;
  private final ImageRequestBody bodies;
  private final ImageOrderReader orders;
  private final ImageAnswers answers;
  private final KeyedAnswers keyed;
  private final CurrentVertxRequest requests;

  EditsResource(
      EditIntake intake,
      ImageRequestBody bodies,
      ImageOrderReader orders,
      ImageAnswers answers,
      KeyedAnswers keyed,
      CurrentVertxRequest requests) {
    this.intake = intake;
    this.bodies = bodies;
    this.orders = orders;
    this.answers = answers;
    this.keyed = keyed;
    this.requests = requests;
  }

  /// Draws pictures anew, by a prompt.
  @POST
  @Path("/edits")
  @Consumes({MediaType.MULTIPART_FORM_DATA, MediaType.APPLICATION_JSON})
  @Operation(operationId = "createImageEdit", summary = "Change pictures by a prompt")
  @RequestBody(
      required = true,
      content = {
        @Content(
            mediaType = MediaType.MULTIPART_FORM_DATA,
            schema = @Schema(ref = "#/components/schemas/ImageEditForm")),
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(ref = "#/components/schemas/ImageEditRequest"))
      })
  @APIResponse(
      responseCode = "200",
      description = PICTURES,
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = ImagesResponse.class)),
        @Content(mediaType = ServerSentEvents.MEDIA_TYPE, schema = @Schema(type = STRING))
      })
  public RestMulti<byte[]> edit(
      @Parameter(description = KEY) @RestHeader(KeyedAnswers.HEADER) @Nullable String key,
      @Parameter(hidden = true) @RestHeader(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      @Context ContainerRequestContext request) {
    return answer(EditBodies.taken(request), key, authorization);
  }

  /// Draws a picture anew, without a prompt.
  @POST
  @Path("/variations")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(operationId = "createImageVariation", summary = "Draw a picture anew")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.MULTIPART_FORM_DATA,
              schema = @Schema(ref = "#/components/schemas/ImageVariationForm")))
  @APIResponse(
      responseCode = "200",
      description = PICTURES,
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = ImagesResponse.class)),
        @Content(mediaType = ServerSentEvents.MEDIA_TYPE, schema = @Schema(type = STRING))
      })
  public RestMulti<byte[]> vary(
      @Parameter(description = KEY) @RestHeader(KeyedAnswers.HEADER) @Nullable String key,
      @Parameter(hidden = true) @RestHeader(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      @Context ContainerRequestContext request) {
    EditBody body = EditBodies.taken(request);
    if (!body.fields().hasNonNull(Field.PROMPT.wireName())) {
      body.fields().put(Field.PROMPT.wireName(), "");
    }
    return answer(body, key, authorization);
  }

  private RestMulti<byte[]> answer(
      EditBody body, @Nullable String key, @Nullable String authorization) {
    requirePictures(body.fields());
    if (key != null) {
      return ImageAnswers.of(keyed.open(key, authorization, body.fields()));
    }
    requests.getCurrent().addEndHandler(ended -> intake.release(body));
    return answers.open(orders.read(bodies.read(body.fields())));
  }

  private static void requirePictures(ObjectNode fields) {
    if (!fields.hasNonNull(Field.IMAGES.wireName())) {
      throw ApiException.badRequest(
          "image",
          "image is missing: a form has files image or image[], JSON has images: [{image_url}]");
    }
  }
}
