package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TracingTest {
  private static final String ENDPOINT = "quarkus.otel.exporter.otlp.traces.endpoint";

  @Test
  void withoutAnEndpointItStaysOff() {
    assertThat(Tracing.properties(null, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "))).isEmpty();
  }

  @Test
  void anEndpointSwitchesItOn() {
    assertThat(Tracing.properties(null, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317")))
        .containsEntry("quarkus.otel.sdk.disabled", "false")
        .containsEntry(ENDPOINT, "http://a:4317")
        .containsEntry("quarkus.otel.exporter.otlp.traces.protocol", "grpc");
  }

  @Test
  void theFlagBeatsTheVariablesAndTheNarrowerVariableTheWider() {
    Map<String, String> variables =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b:4318",
            "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    assertThat(Tracing.properties(null, variables))
        .containsEntry(ENDPOINT, "http://b:4318")
        .containsEntry("quarkus.otel.exporter.otlp.traces.protocol", "http/protobuf");
    assertThat(Tracing.properties("http://c:4317", variables))
        .containsEntry(ENDPOINT, "http://c:4317");
  }
}
