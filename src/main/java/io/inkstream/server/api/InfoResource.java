package io.inkstream.server.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.ServedModel;
import io.inkstream.server.config.ServerSettings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// What SGLang's clients ask a server about itself.
@Path("/")
@NonBlocking
final class InfoResource {
  private final ServedModel model;
  private final ModelsResource.Computing computing;
  private final EngineSettings engine;
  private final String version;

  InfoResource(
      ServerSettings settings,
      EngineSettings engine,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.model = settings.model();
    this.engine = engine;
    this.computing = ModelsResource.Computing.of(engine);
    this.version = version;
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record ModelInfo(
      String modelPath,
      boolean isGeneration,
      String modelType,
      List<String> architectures,
      boolean hasImageUnderstanding,
      boolean hasAudioUnderstanding,
      String taskType,
      List<String> supportedTaskTypes,
      List<String> outputTypes,
      boolean isImageGen) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @Schema(name = "DeprecatedModels")
  record Models(
      String modelPath,
      int numGpus,
      String taskType,
      List<String> supportedTaskTypes,
      String ditPrecision,
      String vaePrecision,
      List<String> vaeDecodePrecision,
      String pipelineName,
      String pipelineClass) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record ModelPath(String modelPath) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record ServerInfo(
      String modelPath, String servedModelName, int tpSize, int dpSize, String version) {}

  @GET
  @Path("/model_info")
  public ModelInfo modelInfo() {
    return new ModelInfo(
        model.path(),
        true,
        "diffusion",
        List.of(computing.pipeline()),
        false,
        false,
        computing.task(),
        computing.tasks(),
        List.of("IMAGE"),
        true);
  }

  /// What came before `/v1/models`.
  @GET
  @Path("/models")
  @Operation(deprecated = true)
  public Models models() {
    return new Models(
        model.path(),
        computing.gpus(),
        computing.task(),
        computing.tasks(),
        computing.dit(),
        computing.vae(),
        List.of(computing.vae()),
        computing.pipeline(),
        computing.pipeline());
  }

  @GET
  @Path("/v1/model_info")
  public ModelPath modelPath() {
    return new ModelPath(model.path());
  }

  @GET
  @Path("/server_info")
  public ServerInfo serverInfo() {
    return new ServerInfo(model.path(), model.name(), engine.tpSize(), engine.dpSize(), version);
  }
}
