package io.inkstream.server.deferred;

import static org.eclipse.microprofile.openapi.annotations.enums.SchemaType.INTEGER;

import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.batch.Batch;
import io.inkstream.server.batch.Batches;
import io.inkstream.server.http.ApiException;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// `/v1/batches`: requests in a file, as OpenAI's clients hand them in.
@Path("/v1/batches")
@Blocking
final class BatchesResource {
  private static final int USUAL = 20;
  private static final int MOST = 100;

  private final BatchRequestBody body;
  private final Batches batches;
  private final PictureLinks links;

  BatchesResource(BatchRequestBody body, Batches batches, PictureLinks links) {
    this.body = body;
    this.batches = batches;
    this.links = links;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "createBatch", summary = "Draw all requests of a file")
  public BatchObject create(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/BatchRequest")))
          byte[] json) {
    return batches
        .create(body.read(json, links.base()))
        .map(this::described)
        .orElseThrow(ApiException::tooManyBatches);
  }

  @GET
  @Operation(operationId = "listBatches", summary = "The batches, the newest first")
  public BatchObject.Page list(
      @Parameter(description = "The id of the batch before the first") @RestQuery
          @Nullable String after,
      @Parameter(
              schema = @Schema(type = INTEGER, minimum = "1", maximum = "100", defaultValue = "20"))
          @RestQuery
          @Nullable String limit) {
    return BatchObject.Page.of(
        Paged.of(batches.list().reversed(), Batch::id, after, Paged.limit(limit, USUAL, MOST)),
        batches.model());
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "retrieveBatch", summary = "How a batch is getting on")
  public BatchObject retrieve(@RestPath String id) {
    return batches.find(id).map(this::described).orElseThrow(() -> notFound(id));
  }

  /// What has been drawn by then stays.
  @POST
  @Path("/{id}/cancel")
  @Operation(operationId = "cancelBatch", summary = "Draw no more of a batch")
  public BatchObject cancel(@RestPath String id) {
    Batch batch = batches.cancel(id).orElseThrow(() -> notFound(id));
    if (batch.status().isEnd()) {
      throw ApiException.conflict(
          "The batch is %s and cannot be cancelled".formatted(batch.status()), "batch_ended");
    }
    return described(batch);
  }

  private BatchObject described(Batch batch) {
    return BatchObject.of(batch, batches.model());
  }

  private static ApiException notFound(String id) {
    return ApiException.notFound("batch", id);
  }
}
