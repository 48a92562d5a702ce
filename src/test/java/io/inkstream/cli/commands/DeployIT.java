package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What below `deploy/` asks of a server is what the packaged server has: the dashboard's and the
/// alerts' metrics with their labels, and what llm-d's guide for text to image sends.
class DeployIT {
  private static final Path DEPLOY = Path.of("deploy");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z]\\w*)(?:\\{(.*)\\})? \\S+$");
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:inkstream|http|jvm|process)_\\w+)(?:\\{([^}]*)\\})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"");
  private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");
  // Prometheus's own, and the dashboard's variables.
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

  @TempDir private static Path folder;
  private static PackagedServer server;
  private static final Map<String, Set<String>> METRICS = new TreeMap<>();

  @BeforeAll
  static void drawAndMeasure() throws IOException {
    server = PackagedServer.start(folder, "--served-model-name", "Qwen/Qwen-Image");
    assertThat(draw("\"enable_cache_dit\":true")).isEqualTo(200);
    assertThat(draw("\"forecast\":true")).isEqualTo(200);
    SAMPLE
        .matcher(server.get("/metrics").body())
        .results()
        .forEach(sample ->
            METRICS
                .computeIfAbsent(sample.group(1), name -> new TreeSet<>())
                .addAll(labels(sample.group(2))));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyQueryOfTheDashboardNamesWhatTheServerMeasures() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(DEPLOY.resolve("grafana/inkstream.json").toFile());
    var queries = dashboard.findValuesAsText("expr");
    assertThat(queries).hasSizeGreaterThan(20).allSatisfy(DeployIT::check);
    assertThat(dashboard.at("/templating/list"))
        .map(variable -> variable.at("/query/query").asText())
        .filteredOn(query -> !query.isEmpty())
        .hasSize(2)
        .allSatisfy(DeployIT::check);
  }

  @Test
  void everyAlertNamesWhatTheServerMeasures() throws IOException {
    String alerts = Files.readString(DEPLOY.resolve("prometheus/alerts.yaml"));
    assertThat(alerts).contains("inkstream_queue_waiting");
    check(alerts);
  }

  @Test
  void whatScalesTheChartIsMeasured() throws IOException {
    check(Files.readString(DEPLOY.resolve("helm/inkstream/templates/scaledobject.yaml")));
    assertThat(METRICS).containsKeys("inkstream_queue_waiting", "inkstream_queue_running");
  }

  @Test
  void theRequestOfLlmDsGuideIsAnsweredAsItExpects() throws IOException {
    var answer =
        server.post(
            "/v1/images/generations",
            """
            {
                "model": "Qwen/Qwen-Image",
                "prompt": "a red apple on a wooden table",
                "size": "512x512",
                "n": 1,
                "response_format": "b64_json"
            }
            """);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode body = new ObjectMapper().readTree(answer.body());
    assertThat(body.at("/data")).hasSize(1);
    assertThat(body.at("/data/0/b64_json").asText()).startsWith("iVBORw0KGgo");
    assertThat(body.at("/size").asText()).isEqualTo("512x512");
    assertThat(body.at("/output_format").asText()).isEqualTo("png");
    assertThat(body.at("/created").isIntegralNumber()).isTrue();
    assertThat(server.get("/health").statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/models").body()).contains("\"Qwen/Qwen-Image\"");
  }

  private static int draw(String field) {
    String order = "{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":8," + field + "}";
    return server.post("/v1/images/generations", order).statusCode();
  }

  private static void check(String queries) {
    var named = METRIC.matcher(queries).results().toList();
    assertThat(named).as(queries).isNotEmpty();
    assertThat(named)
        .allSatisfy(metric -> {
          assertThat(METRICS).containsKey(metric.group(1));
          assertThat(known(metric.group(1))).containsAll(labels(metric.group(2)));
        });
    Set<String> all = new TreeSet<>(OF_PROMETHEUS);
    named.forEach(metric -> all.addAll(known(metric.group(1))));
    assertThat(all).containsAll(grouped(queries));
  }

  private static Set<String> known(String metric) {
    Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
    labels.addAll(METRICS.get(metric));
    return labels;
  }

  private static List<String> labels(String text) {
    return LABEL
        .matcher(text == null ? "" : text)
        .results()
        .map(label -> label.group(1))
        .filter(label -> !Set.of("namespace", "service").contains(label))
        .toList();
  }

  private static List<String> grouped(String queries) {
    return GROUPED
        .matcher(queries)
        .results()
        .map(MatchResult::group)
        .flatMap(by -> Stream.of(by.replaceAll("^by \\(|\\)$", "").split(", ")))
        .toList();
  }
}
