package io.inkstream.cli.serving;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Two results of serving benchmarks side by side, ours or SGLang's.
public final class Comparison {
  private static final int COLUMN = 16;

  private final Path firstFile;
  private final Path secondFile;
  private final JsonNode first;
  private final JsonNode second;

  /// @throws IOException if a file cannot be read, or is no result
  public Comparison(Path first, Path second) throws IOException {
    this.firstFile = first;
    this.secondFile = second;
    this.first = read(first);
    this.second = read(second);
  }

  private static JsonNode read(Path file) throws IOException {
    JsonNode json = ServingJson.read(file);
    if (!json.path("duration").isNumber() || !json.path("completed_requests").isNumber()) {
      throw new IOException(
          file + ": is no result of a serving benchmark: has no duration and completed_requests");
    }
    return json;
  }

  /// A line for each figure that either has, and one for each difference of what was asked.
  public List<String> lines() {
    return Stream.of(Stream.of(head()), figures(), loads()).flatMap(lines -> lines).toList();
  }

  private String head() {
    return "%-24s %s %s %9s".formatted("", cell(name(firstFile)), cell(name(secondFile)), "B / A");
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.length() <= COLUMN ? name : "…" + name.substring(name.length() - COLUMN + 1);
  }

  private Stream<String> figures() {
    return Stream.concat(
            first.properties().stream().filter(e -> e.getValue().isNumber()),
            second.properties().stream()
                .filter(e -> e.getValue().isNumber() && !first.has(e.getKey())))
        .filter(entry -> !ServingFigures.LOAD.contains(entry.getKey()))
        .map(entry -> row(entry.getKey()));
  }

  private String row(String key) {
    JsonNode a = first.path(key);
    JsonNode b = second.path(key);
    boolean compared = a.isNumber() && b.isNumber() && a.doubleValue() != 0;
    String ratio = compared ? format(3, b.doubleValue() / a.doubleValue()) : "";
    return "%-24s %s %s %9s".formatted(key, figure(a), figure(b), ratio).stripTrailing();
  }

  private static String figure(JsonNode value) {
    if (!value.isNumber()) {
      return cell("-");
    }
    return cell(value.isIntegralNumber() ? value.asText() : format(4, value.doubleValue()));
  }

  /// What both tell and tell otherwise.
  private Stream<String> loads() {
    return ServingFigures.LOAD.stream()
        .filter(key -> first.has(key) && second.has(key))
        .filter(key -> !first.get(key).equals(second.get(key)))
        .map(key ->
            "not the same load: %s is %s in A and %s in B"
                .formatted(key, first.get(key).asText(), second.get(key).asText()));
  }

  private static String cell(String text) {
    return ("%" + COLUMN + "s").formatted(text);
  }

  private static String format(int digits, double value) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
