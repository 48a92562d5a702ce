package io.inkstream.cli.commands;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `inkstream serve`: the HTTP server. A flag beats the variable and the file of the same setting.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Serves a model over OpenAI's Images API.")
final class ServeCommand implements Callable<Integer> {
  enum LogFormat {
    TEXT,
    JSON
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--model-path",
      paramLabel = "PATH",
      description =
          "A snapshot's folder, or owner/name of one in the Hub cache. "
              + "Default: the pocket model.")
  private @Nullable String modelPath;

  @Option(names = "--vae-path", paramLabel = "DIR", description = "Another folder for the VAE.")
  private @Nullable String vaePath;

  @Option(
      names = "--weights",
      paramLabel = "MODE",
      description = "fast: widened when loaded. low-memory: left in their files. Default: fast.")
  private @Nullable String weights;

  @Option(names = "--host", paramLabel = "HOST", description = "Default: 127.0.0.1.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Default: 30000. 0 takes a free one.")
  private @Nullable Integer port;

  @Option(
      names = "--served-model-name",
      paramLabel = "NAME",
      description = "The model's name in requests and answers. Default: the path's last part.")
  private @Nullable String servedModelName;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one run. Default: one per processor.")
  private @Nullable String threads;

  @Option(
      names = "--no-spinning",
      description = "Idle threads sleep: kinder to others on the machine, slower alone.")
  private boolean noSpinning;

  @Mixin private DeviceOptions device = new DeviceOptions();

  @Option(
      names = "--max-queued-requests",
      paramLabel = "N",
      description = "Requests that may wait; more are answered 429. Default: 64.")
  private @Nullable String maxQueuedRequests;

  @Option(names = "--no-check-model", description = "Serve requests whatever model they name.")
  private boolean noCheckModel;

  @Option(
      names = "--output-path",
      paramLabel = "DIR",
      description =
          "Where pictures of response_format=url are kept."
              + " Default: a folder among the system's temporary files.")
  private @Nullable String outputPath;

  @Option(
      names = "--output-max-size",
      paramLabel = "SIZE",
      description = "All kept pictures together, such as 500M; 0 keeps none. Default: 1G.")
  private @Nullable String outputMaxSize;

  @Option(
      names = "--output-max-age",
      paramLabel = "TIME",
      description = "How long a picture is kept, such as 30m or 7d. Default: 24h.")
  private @Nullable String outputMaxAge;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description =
          "Requests must bear this key, or another one given. Other users of the machine can see"
              + " it: rather use INKSTREAM_API_KEY or --api-key-file.")
  private List<String> apiKeys = List.of();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "Requests must bear one of the keys in this file, which has one a line.")
  private @Nullable String apiKeyFile;

  @Option(
      names = "--cors-origins",
      paramLabel = "ORIGINS",
      description = "Web pages that may ask: https://a.example,https://b.example, or *.")
  private @Nullable String corsOrigins;

  @Option(names = "--log-prompts", description = "Write prompts to the log.")
  private boolean logPrompts;

  @Option(names = "--access-log", description = "Write a line to the log for each HTTP request.")
  private boolean accessLog;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "text, or json: an object a line. Default: text.")
  private @Nullable LogFormat logFormat;

  @Option(
      names = "--max-running-requests",
      paramLabel = "N",
      description = "Requests drawn at once. Default: 1.")
  private @Nullable String maxRunningRequests;

  @Option(
      names = "--queue-policy",
      paramLabel = "POLICY",
      description = "shortest-first: short requests pass long ones. fifo. Default: shortest-first.")
  private @Nullable String queuePolicy;

  @Option(
      names = "--warmup-mode",
      paramLabel = "MODE",
      description =
          "server: ready when a small picture has been drawn. off: when the model is loaded. "
              + "Default: server.")
  private @Nullable String warmupMode;

  @Option(
      names = "--http-graceful-shutdown-timeout",
      paramLabel = "SECONDS",
      description = "What requests get to end when the server stops. Default: 30.")
  private @Nullable String httpGracefulShutdownTimeout;

  @Option(
      names = "--heartbeat-interval",
      paramLabel = "SECONDS",
      description = "Between the comments that keep a stream open; 0: none. Default: 10.")
  private @Nullable String heartbeatInterval;

  @Option(
      names = "--max-body-size",
      paramLabel = "BYTES",
      description = "Of a request, also as 64K or 4M; more is answered 413. Default: 1M.")
  private @Nullable String maxBodySize;

  @Option(
      names = "--otlp-traces-endpoint",
      paramLabel = "URL",
      description =
          "Where OpenTelemetry's spans go. Default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, "
              + "OTEL_EXPORTER_OTLP_ENDPOINT, or nowhere.")
  private @Nullable String otlpTracesEndpoint;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info or debug. Default: info.")
  private @Nullable String logLevel;

  @Override
  public Integer call() {
    set("inkstream.model-path", modelPath);
    set("inkstream.vae-path", vaePath);
    set("inkstream.weights", weights);
    set("quarkus.http.host", host);
    set("quarkus.http.port", port);
    set("inkstream.served-model-name", servedModelName);
    set("inkstream.threads", threads);
    set("inkstream.spinning", noSpinning ? false : null);
    device.properties().forEach(ServeCommand::set);
    set("inkstream.max-queued-requests", maxQueuedRequests);
    set("inkstream.max-running-requests", maxRunningRequests);
    set("inkstream.queue-policy", queuePolicy);
    set("inkstream.warmup-mode", warmupMode);
    set("inkstream.http-graceful-shutdown-timeout", httpGracefulShutdownTimeout);
    set("inkstream.heartbeat-interval", heartbeatInterval);
    set("inkstream.max-body-size", maxBodySize);
    Tracing.properties(otlpTracesEndpoint, System.getenv()).forEach(ServeCommand::set);
    set("inkstream.check-model", noCheckModel ? false : null);
    set("inkstream.output-path", outputPath);
    set("inkstream.output-max-size", outputMaxSize);
    set("inkstream.output-max-age", outputMaxAge);
    set("inkstream.api-key", apiKeys.isEmpty() ? null : String.join(",", apiKeys));
    set("inkstream.api-key-file", apiKeyFile);
    set("inkstream.cors-origins", corsOrigins);
    set("inkstream.log-prompts", logPrompts ? true : null);
    set("quarkus.http.access-log.enabled", accessLog ? true : null);
    set("quarkus.log.console.json.enabled", logFormat == null ? null : logFormat == LogFormat.JSON);
    set("quarkus.log.level", logLevel == null ? null : logLevel.toUpperCase(Locale.ROOT));
    return ServerProcess.run(spec.commandLine().getErr());
  }

  private static void set(String property, @Nullable Object value) {
    if (value != null) {
      System.setProperty(property, value.toString());
    }
  }
}
