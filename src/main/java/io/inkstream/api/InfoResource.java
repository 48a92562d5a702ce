package io.inkstream.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.config.ServedModel;
import io.inkstream.config.ServerSettings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What SGLang's clients ask a server about itself.
@Path("/")
final class InfoResource {
  private final ServedModel model;
  private final String version;

  InfoResource(
      ServerSettings settings,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.model = settings.model();
    this.version = version;
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record ModelInfo(
      String modelPath,
      boolean isGeneration,
      String modelType,
      List<String> architectures,
      String taskType,
      List<String> supportedTaskTypes,
      List<String> outputTypes,
      boolean isImageGen) {}

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
        List.of("QwenImagePipeline"),
        "T2I",
        List.of("T2I"),
        List.of("image"),
        true);
  }

  @GET
  @Path("/v1/model_info")
  public ModelPath modelPath() {
    return new ModelPath(model.path());
  }

  @GET
  @Path("/server_info")
  public ServerInfo serverInfo() {
    return new ServerInfo(model.path(), model.name(), 1, 1, version);
  }
}
