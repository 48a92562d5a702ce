package io.inkstream.server.studio;

import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.STRING;

import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/// The page and its files. They need no key: the page asks for one when the API does.
@Path("/")
@Blocking
final class PageResource {
  /// Nothing but our own files runs here or is asked, whatever stands in a prompt or a picture.
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Map<String, PageFile> files = new ConcurrentHashMap<>();

  /// The page.
  @GET
  @Operation(operationId = "getStudio", summary = "The studio: a page to draw on and to watch")
  @APIResponse(
      responseCode = "200",
      description = "The page",
      content = @Content(mediaType = "text/html", schema = @Schema(type = STRING)))
  @APIResponse(responseCode = "304", description = "The client has it already")
  public Response index(@Context Request request) {
    return file(PageFile.INDEX, request);
  }

  /// What the page is made of.
  @GET
  @Path("/studio/{file}")
  @Operation(operationId = "getStudioFile", summary = "A module, style or icon of the studio")
  @APIResponse(
      responseCode = "200",
      description = "The file",
      content = {
        @Content(mediaType = "text/javascript", schema = @Schema(type = STRING)),
        @Content(mediaType = "text/css", schema = @Schema(type = STRING)),
        @Content(mediaType = "text/html", schema = @Schema(type = STRING)),
        @Content(mediaType = "image/svg+xml", schema = @Schema(type = STRING))
      })
  @APIResponse(responseCode = "304", description = "The client has it already")
  public Response file(
      @Parameter(description = "The file's name") @RestPath String file, @Context Request request) {
    PageFile found = find(file);
    ResponseBuilder unchanged = request.evaluatePreconditions(found.tag());
    return described(unchanged == null ? whole(found) : unchanged, found).build();
  }

  /// Only what is there is remembered: names that lead nowhere take no memory.
  private PageFile find(String name) {
    PageFile known = files.get(name);
    if (known != null) {
      return known;
    }
    PageFile read = PageFile.read(name).orElseThrow(NotFoundException::new);
    files.put(name, read);
    return read;
  }

  private static ResponseBuilder whole(PageFile file) {
    return Response.ok(file.bytes()).header(HttpHeaders.CONTENT_TYPE, file.mediaType());
  }

  private static ResponseBuilder described(ResponseBuilder response, PageFile file) {
    return response
        .tag(file.tag())
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("Content-Security-Policy", POLICY)
        .header("Referrer-Policy", "no-referrer")
        .header("X-Content-Type-Options", "nosniff");
  }
}
