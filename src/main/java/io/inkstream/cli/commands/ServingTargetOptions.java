package io.inkstream.cli.commands;

import io.inkstream.cli.serving.ServingPlan.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which server `bench serving` asks.
final class ServingTargetOptions {
  private static final List<String> BACKENDS = List.of("sglang-image", "sglang");
  // SGLang's.
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description = "The server, instead of --host and --port.")
  private @Nullable URI baseUrl;

  @Option(names = "--host", paramLabel = "HOST", description = "Its host (default localhost).")
  private String host = "localhost";

  @Option(names = "--port", paramLabel = "N", description = "Its port (default 30000).")
  private int port = 30_000;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Its model, if /v1/model_info does not tell.")
  private String model = "default";

  @Option(names = "--api-key-file", paramLabel = "FILE", description = "The key that it wants.")
  private @Nullable Path keyFile;

  @Option(names = "--backend", hidden = true, description = "sglang-image, and no other.")
  private String backend = BACKENDS.getFirst();

  Target target(OptionCheck check) throws IOException {
    check.oneOf("--backend", backend, BACKENDS);
    URI address = baseUrl != null ? baseUrl : URI.create("http://%s:%d".formatted(host(), port));
    boolean http = List.of("http", "https").contains(String.valueOf(address.getScheme()));
    check.require(
        http && address.getHost() != null, "--base-url", address, "like http://localhost:30000");
    return new Target(address, model, key(), PATIENCE);
  }

  private String host() {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private Optional<String> key() throws IOException {
    if (keyFile == null) {
      return Optional.empty();
    }
    return Files.readAllLines(keyFile).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst();
  }
}
