package io.inkstream.server.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.pipeline.AdapterChoice;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.server.jobs.ModelSlot;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

/// SGLang's routes for adapters: which of them act where a request does not say. A change is one of
/// later requests; those that run or wait keep theirs.
@Path("/")
@Blocking
final class LoraResource {
  private final LoraRequestBody body;
  private final AdapterShelf shelf;
  private final ModelSlot model;

  LoraResource(LoraRequestBody body, AdapterShelf shelf, ModelSlot model) {
    this.body = body;
    this.shelf = shelf;
    this.model = model;
  }

  /// @param status `ok`
  @RegisterForReflection
  @Schema(name = "LoraDone")
  record Done(String status, String message) {
    static Done of(String message) {
      return new Done("ok", message);
    }
  }

  /// An adapter that has a name.
  @RegisterForReflection
  @Schema(name = "LoadedLora")
  record Loaded(String nickname, String path) {}

  /// An adapter that acts.
  @RegisterForReflection
  @Schema(name = "ActiveLora")
  record Active(String nickname, String path, boolean merged, double strength) {}

  @RegisterForReflection
  @Schema(name = "ActiveLoras")
  record Acting(List<Active> transformer) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @Schema(name = "Loras")
  record Loras(List<Loaded> loadedAdapters, Acting active) {}

  @POST
  @Path("/v1/set_lora")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "setLora", summary = "Let adapters act where a request does not say")
  public Done set(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/SetLoraRequest")))
          byte[] json) {
    model.requireLoaded();
    List<AdapterChoice> choices = body.set(json);
    shelf.set(choices);
    var names = choices.stream().map(choice -> choice.name().orElseThrow()).toList();
    return Done.of("Successfully set LoRA adapter(s): " + String.join(", ", names));
  }

  @POST
  @Path("/v1/merge_lora_weights")
  @Operation(operationId = "mergeLora", summary = "Let the adapters that were set act again")
  public Done merge(
      @RequestBody(
              content = @Content(schema = @Schema(ref = "#/components/schemas/MergeLoraRequest")))
          byte[] json) {
    model.requireLoaded();
    shelf.act(body.merge(json));
    return Done.of("Successfully merged LoRA weights");
  }

  @POST
  @Path("/v1/unmerge_lora_weights")
  @Operation(operationId = "unmergeLora", summary = "Let the adapters that were set act no longer")
  public Done unmerge(
      @RequestBody(
              content = @Content(schema = @Schema(ref = "#/components/schemas/UnmergeLoraRequest")))
          byte[] json) {
    model.requireLoaded();
    body.unmerge(json);
    shelf.rest();
    return Done.of("Successfully unmerged LoRA weights");
  }

  @GET
  @Path("/v1/list_loras")
  @Operation(
      operationId = "listLoras",
      summary = "The adapters that have names, and those that act")
  public Loras list() {
    Map<String, String> named = shelf.named();
    return new Loras(
        named.entrySet().stream().map(one -> new Loaded(one.getKey(), one.getValue())).toList(),
        new Acting(shelf.active().stream().map(choice -> active(choice, named)).toList()));
  }

  private Active active(AdapterChoice choice, Map<String, String> named) {
    String name = choice.name().orElseThrow();
    return new Active(
        name, Objects.requireNonNull(named.get(name)), shelf.merged(), choice.scale());
  }
}
