package io.inkstream.server.api;

import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.server.jobs.ModelSlot;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

/// SGLang's `/v1/merge_lora_weights`: the adapters that were set act again.
@Path("/v1/merge_lora_weights")
@Blocking
final class MergeLoraResource {
  private final LoraRequestBody body;
  private final AdapterShelf shelf;
  private final ModelSlot model;

  MergeLoraResource(LoraRequestBody body, AdapterShelf shelf, ModelSlot model) {
    this.body = body;
    this.shelf = shelf;
    this.model = model;
  }

  @POST
  @Operation(operationId = "mergeLora", summary = "Let the adapters that were set act again")
  public LoraDone merge(
      @RequestBody(
              required = false,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON,
                      schema = @Schema(ref = "#/components/schemas/MergeLoraRequest")))
          byte[] json) {
    model.requireLoaded();
    shelf.act(body.merge(json));
    return LoraDone.of("Successfully merged LoRA weights");
  }
}
