package io.inkstream.server.api;

import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.INTEGER;
import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.STRING;

import io.inkstream.engine.image.ImageFormat;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.FileAnswer;
import io.inkstream.server.store.PictureStore;
import io.inkstream.server.store.StoredPicture;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// `GET /v1/images/{id}/content`: a picture of an answer with `response_format=url`. Who knows its
/// id may have it: no API key is asked for, so that the link works in a web page.
@Path("/v1/images/{id}/content")
final class ImageContentResource {
  private final PictureStore store;
  private final InstantSource clock;

  ImageContentResource(PictureStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// The file.
  @GET
  @Blocking
  @Operation(operationId = "getImageContent", summary = "A picture that an answer links to")
  @APIResponse(
      responseCode = "200",
      description = "The image file",
      content =
          @Content(
              mediaType = OpenApiContract.ANY_PICTURE,
              schema = @Schema(type = STRING, format = "binary")))
  @APIResponse(responseCode = "206", description = "The part that `Range` asks for")
  @APIResponse(responseCode = "304", description = "The client has it already")
  public Response content(
      @Parameter(description = "The answer's id") @RestPath String id,
      @Parameter(
              description = "The picture's place in the answer, from 0",
              schema = @Schema(type = INTEGER, minimum = "0", defaultValue = "0"))
          @RestQuery
          @Nullable String variant,
      @Context ContainerRequestContext request) {
    StoredPicture picture = find(id, number(variant));
    var tag = new EntityTag(picture.name());
    var modified = Date.from(picture.modified());
    ResponseBuilder unchanged = request.getRequest().evaluatePreconditions(modified, tag);
    return described(unchanged == null ? file(picture, request) : unchanged, picture)
        .tag(tag)
        .lastModified(modified)
        .build();
  }

  private StoredPicture find(String id, int variant) {
    return store
        .find(id, variant)
        .orElseThrow(() ->
            ApiException.imageNotFound(
                store.find(id, 0).isPresent()
                    ? "Image variant " + variant + " not found"
                    : "Image not found"));
  }

  private static int number(@Nullable String variant) {
    try {
      return variant == null ? 0 : Integer.parseInt(variant);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(
          "variant", "variant is '" + variant + "', must be a whole number of 0 or more");
    }
  }

  private static ResponseBuilder file(StoredPicture picture, ContainerRequestContext request) {
    return FileAnswer.of(picture.file(), picture.bytes(), picture.name(), request)
        .type(ImageFormat.named(picture.extension()).mediaType());
  }

  private ResponseBuilder described(ResponseBuilder response, StoredPicture picture) {
    return response
        .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + picture.name() + "\"")
        .header(
            HttpHeaders.CACHE_CONTROL, "private, immutable, max-age=" + left(picture).toSeconds())
        .header("X-Content-Type-Options", "nosniff");
  }

  /// Never more than a picture is kept, even where the clock was set back.
  private Duration left(StoredPicture picture) {
    Duration age = store.limits().age();
    Duration left = Duration.between(clock.instant(), picture.modified().plus(age));
    return left.compareTo(age) > 0 ? age : left.isNegative() ? Duration.ZERO : left;
  }
}
