package io.inkstream.server.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.request.AdapterChoice;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// SGLang's `/v1/list_loras`: the adapters that have names, and those that act.
@Path("/v1/list_loras")
@Blocking
final class ListLorasResource {
  private final AdapterShelf shelf;

  ListLorasResource(AdapterShelf shelf) {
    this.shelf = shelf;
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

  @GET
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
