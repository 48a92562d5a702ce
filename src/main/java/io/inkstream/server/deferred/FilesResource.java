package io.inkstream.server.deferred;

import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.INTEGER;
import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.STRING;

import io.inkstream.server.files.ClientFile;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.FileAnswer;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// `/v1/files`: what batches are read from and written to, as OpenAI's clients send and fetch it.
@Path("/v1/files")
@Blocking
final class FilesResource {
  private static final int MOST = 10_000;

  private final FileStore store;

  FilesResource(FileStore store) {
    this.store = store;
  }

  /// Keeps a file, which [FileUploads] has taken in.
  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(operationId = "createFile", summary = "Send a file, for a batch")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.MULTIPART_FORM_DATA,
              schema = @Schema(ref = "#/components/schemas/FileForm")))
  public FileObject create(@Context ContainerRequestContext request) {
    return FileObject.of(FileUploads.taken(request));
  }

  @GET
  @Operation(operationId = "listFiles", summary = "The files that are kept, the newest first")
  public FileObject.Page list(
      @Parameter(description = "The id of the file before the first") @RestQuery
          @Nullable String after,
      @Parameter(schema = @Schema(type = INTEGER, minimum = "1", maximum = "10000")) @RestQuery
          @Nullable String limit,
      @Parameter(
              schema =
                  @Schema(
                      type = STRING,
                      enumeration = {"asc", "desc"},
                      defaultValue = "desc"))
          @RestQuery
          @Nullable String order,
      @Parameter(description = "Only files with it") @RestQuery @Nullable String purpose) {
    List<ClientFile> files =
        store.list().stream()
            .filter(file -> purpose == null || file.purpose().equals(purpose))
            .toList();
    var ordered = isRising(order) ? files : files.reversed();
    return FileObject.Page.of(
        Paged.of(ordered, ClientFile::id, after, Paged.limit(limit, MOST, MOST)));
  }

  private static boolean isRising(@Nullable String order) {
    return switch (order) {
      case "asc" -> true;
      case "desc" -> false;
      case null -> false;
      default ->
          throw ApiException.badRequest(
              "order", "order is '%s', must be asc or desc".formatted(order));
    };
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "retrieveFile", summary = "What is said of a file")
  public FileObject retrieve(@RestPath String id) {
    return FileObject.of(find(id));
  }

  @GET
  @Path("/{id}/content")
  @Operation(operationId = "downloadFile", summary = "A file's contents")
  @APIResponse(
      responseCode = "200",
      description = "The contents",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = STRING, format = "binary")))
  @APIResponse(responseCode = "206", description = "The part that `Range` asks for")
  public Response content(@RestPath String id, @Context ContainerRequestContext request) {
    ClientFile file = find(id);
    return FileAnswer.of(store.contents(file), file.bytes(), file.id(), request)
        .type(MediaType.APPLICATION_OCTET_STREAM)
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  @DELETE
  @Path("/{id}")
  @Operation(operationId = "deleteFile", summary = "Delete a file")
  public FileObject.Deleted delete(@RestPath String id) {
    if (!store.delete(id)) {
      throw ApiException.notFound("file", id);
    }
    return new FileObject.Deleted(id, "file", true);
  }

  private ClientFile find(String id) {
    return store.find(id).orElseThrow(() -> ApiException.notFound("file", id));
  }
}
