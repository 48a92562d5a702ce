package io.inkstream.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.config.ServedModel;
import io.inkstream.config.ServerSettings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;

/// `GET /v1/models`: the one model.
@Path("/v1/models")
final class ModelsResource {
  private final ServedModel model;
  private final long created = Instant.now().getEpochSecond();

  ModelsResource(ServerSettings settings) {
    this.model = settings.model();
  }

  /// @param root the model's path
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Card(String id, String object, long created, String ownedBy, String root) {}

  @RegisterForReflection
  record Models(String object, List<Card> data) {}

  @GET
  public Models list() {
    return new Models("list", List.of(card()));
  }

  /// The model, if it is the one.
  ///
  /// @param id may have slashes
  @GET
  @Path("/{id:.+}")
  public Card model(String id) {
    if (!model.answersTo(id)) {
      throw ApiException.modelNotFound(id);
    }
    return card();
  }

  private Card card() {
    return new Card(model.name(), "model", created, "inkstream", model.path());
  }
}
