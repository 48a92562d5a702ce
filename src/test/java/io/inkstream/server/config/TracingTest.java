package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TracingTest {
  private static final String ENDPOINT = "quarkus.otel.exporter.otlp.traces.endpoint";

  @Test
  void withoutAnEndpointItStaysOff() {
    assertThat(variables(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "))).isEmpty();
  }

  @Test
  void anEndpointSwitchesItOn() {
    assertThat(variables(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317")))
        .containsEntry("quarkus.otel.sdk.disabled", "false")
        .containsEntry(ENDPOINT, "http://a:4317")
        .containsEntry("quarkus.otel.exporter.otlp.traces.protocol", "grpc");
  }

  @Test
  void theNarrowerVariableBeatsTheWider() {
    Map<String, String> variables =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b:4318",
            "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    assertThat(variables(variables))
        .containsEntry(ENDPOINT, "http://b:4318")
        .containsEntry("quarkus.otel.exporter.otlp.traces.protocol", "http/protobuf");
    var flag = Map.of("otel.exporter.otlp.traces.endpoint", "http://c:4317");
    assertThat(Tracing.properties(new SettingSources(flag, Optional.empty()).values()))
        .containsEntry(ENDPOINT, "http://c:4317");
  }

  private static Map<String, String> variables(Map<String, String> variables) {
    return Tracing.properties(Given.variables(variables));
  }
}
