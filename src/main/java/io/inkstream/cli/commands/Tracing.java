package io.inkstream.cli.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Switches OpenTelemetry on if there is somewhere to send spans to; else it stays off, and nothing
/// of it runs.
final class Tracing {
  private static final String EXPORTER = "quarkus.otel.exporter.otlp.traces.";

  private Tracing() {}

  /// The properties that do it; none without an endpoint.
  ///
  /// @param flag beats OpenTelemetry's own variables
  static Map<String, String> properties(@Nullable String flag, Map<String, String> environment) {
    Map<String, String> properties = new LinkedHashMap<>();
    Stream.of(
            flag,
            environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
        .filter(Objects::nonNull)
        .filter(endpoint -> !endpoint.isBlank())
        .findFirst()
        .ifPresent(endpoint -> {
          properties.put("quarkus.otel.sdk.disabled", "false");
          properties.put(EXPORTER + "endpoint", endpoint);
          properties.put(EXPORTER + "protocol", protocol(environment));
        });
    return properties;
  }

  private static String protocol(Map<String, String> environment) {
    String all = environment.getOrDefault("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    return environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", all);
  }
}
