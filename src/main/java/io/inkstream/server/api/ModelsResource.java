package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.tensor.DType;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.ModelChoice;
import io.inkstream.server.config.ServedModel;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.http.ApiException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// `GET /v1/models`: the one model.
@Path("/v1/models")
@NonBlocking
final class ModelsResource {
  private final ServedModel model;
  private final Computing computing;
  private final long created = Instant.now().getEpochSecond();

  ModelsResource(ServerSettings settings, EngineSettings engine) {
    this.model = settings.model();
    this.computing = Computing.of(engine);
  }

  /// What the model does, and in what it computes, in SGLang's words.
  ///
  /// @param gpus that it uses
  /// @param dit of the transformer
  /// @param vae of the decoder
  /// @param pipeline diffusers' class
  /// @param tasks `T2I` draws from words, `I2I` from pictures; the usual one first
  record Computing(int gpus, String dit, String vae, String pipeline, List<String> tasks) {
    static Computing of(EngineSettings engine) {
      return new Computing(
          engine.numGpus(),
          engine.element() == DType.BF16 ? "bf16" : "fp32",
          "fp32",
          engine.model().pipelineClass(),
          tasks(engine.model()));
    }

    private static List<String> tasks(ModelChoice model) {
      return model.draws() ? List.of("T2I", "I2I") : List.of("I2I");
    }

    String task() {
      return tasks.getFirst();
    }
  }

  /// OpenAI's five fields, then SGLang's.
  ///
  /// @param root the model's path
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @RegisterForReflection
  @Schema(name = "Model")
  record Card(
      String id,
      String object,
      long created,
      String ownedBy,
      @Nullable Long shutdownDate,
      String root,
      @Nullable String parent,
      @Nullable Integer maxModelLen,
      int numGpus,
      String taskType,
      List<String> supportedTaskTypes,
      String ditPrecision,
      String vaePrecision,
      String pipelineName,
      String pipelineClass) {}

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
    return new Card(
        model.name(),
        "model",
        created,
        "inkstream",
        null,
        model.path(),
        null,
        null,
        computing.gpus(),
        computing.task(),
        computing.tasks(),
        computing.dit(),
        computing.vae(),
        computing.pipeline(),
        computing.pipeline());
  }
}
