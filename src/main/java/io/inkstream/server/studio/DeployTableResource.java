package io.inkstream.server.studio;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// `GET /studio/deploy.json`: what the page asks when its generator of commands is first looked at.
@Path("/studio/deploy.json")
final class DeployTableResource {
  @GET
  @Operation(
      operationId = "getStudioDeployTable",
      summary = "Settings and checkpoints, of which the studio makes commands")
  public DeployTable table() {
    return DeployTable.create();
  }
}
