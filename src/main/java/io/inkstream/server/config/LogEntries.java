package io.inkstream.server.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What is written down, and where traces go.
final class LogEntries {
  static final Group GROUP = new Group("Log and traces");

  private static final Set<String> LEVELS =
      Set.of(
          "OFF FATAL ERROR SEVERE WARN WARNING INFO CONFIG DEBUG FINE FINER TRACE FINEST ALL"
              .split(" "));

  static final Setting<String> LOG_LEVEL =
      GROUP
          .entry("log-level", new Kind.Foreign<>("error, warn, info or debug", LogEntries::level))
          .property("quarkus.log.level")
          .otherwise("info")
          .flag()
          .help("`error`, `warn`, `info` or `debug`.");

  static final Setting<Boolean> LOG_FORMAT =
      GROUP
          .entry(
              "log-format", new Kind.Choice<>("text or json", Map.of("text", false, "json", true)))
          .property("quarkus.log.console.json.enabled")
          .otherwise("text")
          .flag()
          .help("`text`, or `json` (the variable and the property: `true`): an object a line.");

  static final Setting<Boolean> ACCESS_LOG =
      GROUP
          .entry("access-log", new Kind.Flag())
          .property("quarkus.http.access-log.enabled")
          .initially("false")
          .flag()
          .help("Write a line to the log for each HTTP request.");

  static final Setting<Boolean> LOG_REQUESTS =
      GROUP
          .entry("log-requests", new Kind.Flag())
          .initially("false")
          .flag()
          .help("Write what clients ask for, and how it ends, to the log.");

  static final Setting<Integer> LOG_REQUESTS_LEVEL =
      GROUP
          .entry("log-requests-level", new Kind.Whole(0, 3))
          .initially("2")
          .flag()
          .help(
              "0: that they came; 1: how to draw; 2: the prompts' first 2048 characters, too;"
                  + " 3: all.");

  static final Setting<Boolean> LOG_REQUESTS_FORMAT =
      GROUP
          .entry(
              "log-requests-format",
              new Kind.Choice<>("text or json", Map.of("text", false, "json", true)))
          .initially("text")
          .flag()
          .help("`text`, or `json`: the line's message is an object.");

  static final Setting<Boolean> LOG_PROMPTS =
      GROUP
          .entry("log-prompts", new Kind.Flag())
          .initially("false")
          .flag()
          .help("Write prompts to the log.");

  static final Setting<String> OTLP_TRACES_ENDPOINT =
      GROUP
          .entry("otlp-traces-endpoint", new Kind.Text())
          .property("otel.exporter.otlp.traces.endpoint")
          .otherwise("`OTEL_EXPORTER_OTLP_ENDPOINT`, else nowhere")
          .flag()
          .help("Where OpenTelemetry's spans go.");

  static final Setting<String> OTLP_ENDPOINT =
      ModelEntries.INTERNAL
          .entry("otlp-endpoint", new Kind.Text())
          .property("otel.exporter.otlp.endpoint")
          .help("Where all that OpenTelemetry sends goes.");

  static final Setting<String> OTLP_TRACES_PROTOCOL =
      ModelEntries.INTERNAL
          .entry("otlp-traces-protocol", new Kind.Text())
          .property("otel.exporter.otlp.traces.protocol")
          .help("How spans go there.");

  static final Setting<String> OTLP_PROTOCOL =
      ModelEntries.INTERNAL
          .entry("otlp-protocol", new Kind.Text())
          .property("otel.exporter.otlp.protocol")
          .initially("grpc")
          .help("How all that OpenTelemetry sends goes there.");

  private LogEntries() {}

  private static String level(String text) {
    String level = text.toUpperCase(Locale.ROOT);
    if (!LEVELS.contains(level)) {
      throw new IllegalArgumentException();
    }
    return level;
  }
}
