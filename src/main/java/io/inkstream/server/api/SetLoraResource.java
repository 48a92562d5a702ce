package io.inkstream.server.api;

import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.server.jobs.ModelSlot;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

/// SGLang's `/v1/set_lora`: which adapters act where a request does not say. A change is one of
/// later requests; those that run or wait keep theirs.
@Path("/v1/set_lora")
@Blocking
final class SetLoraResource {
  private final LoraRequestBody body;
  private final AdapterShelf shelf;
  private final ModelSlot model;

  SetLoraResource(LoraRequestBody body, AdapterShelf shelf, ModelSlot model) {
    this.body = body;
    this.shelf = shelf;
    this.model = model;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "setLora", summary = "Let adapters act where a request does not say")
  public LoraDone set(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/SetLoraRequest")))
          byte[] json) {
    model.requireLoaded();
    List<AdapterChoice> choices = body.set(json);
    shelf.set(choices);
    var names = choices.stream().map(choice -> choice.name().orElseThrow()).toList();
    return LoraDone.of("Successfully set LoRA adapter(s): " + String.join(", ", names));
  }
}
