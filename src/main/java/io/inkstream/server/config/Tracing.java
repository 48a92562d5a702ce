package io.inkstream.server.config;

import static io.inkstream.server.config.LogEntries.*;

import java.util.Map;

/// Switches OpenTelemetry on if there is somewhere to send spans to; else it stays off, and nothing
/// of it runs.
public final class Tracing {
  private static final String EXPORTER = "quarkus.otel.exporter.otlp.traces.";

  private Tracing() {}

  /// Quarkus's properties that do it; none without an endpoint.
  public static Map<String, String> properties(SettingValues values) {
    return values
        .find(OTLP_TRACES_ENDPOINT)
        .or(() -> values.find(OTLP_ENDPOINT))
        .map(endpoint ->
            Map.of(
                "quarkus.otel.sdk.disabled",
                "false",
                EXPORTER + "endpoint",
                endpoint,
                EXPORTER + "protocol",
                protocol(values)))
        .orElse(Map.of());
  }

  private static String protocol(SettingValues values) {
    return values.find(OTLP_TRACES_PROTOCOL).orElseGet(() -> values.get(OTLP_PROTOCOL));
  }
}
