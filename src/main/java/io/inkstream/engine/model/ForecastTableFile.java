package io.inkstream.engine.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.forecast.ForecastTable;
import io.inkstream.engine.forecast.ForecastTable.Weights;
import io.inkstream.engine.forecast.ForecastTables;
import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// A model's forecast tables as JSON.
///
/// @param fingerprint of the model that they were fitted to
public record ForecastTableFile(String fingerprint, List<Entry> entries) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public ForecastTableFile {
    entries = List.copyOf(entries);
  }

  /// A table and where it comes from.
  ///
  /// @param size of the calibration pictures, `WIDTHxHEIGHT`
  /// @param prompts a word that tells the calibration prompts from others
  /// @param latentDb how near its own calibration pictures came: `10 lg (|x|^2 / |x - exact|^2)`
  public record Entry(ForecastTable table, String size, String prompts, double latentDb) {
    /// Whether this table would be replaced by the other.
    public boolean isOfTheKindOf(Entry other) {
      return table.sigmas().equals(other.table.sigmas())
          && table.adapters().equals(other.table.adapters())
          && table.computed().size() == other.table.computed().size();
    }
  }

  /// The tables, without where they come from.
  public ForecastTables tables() {
    return new ForecastTables(entries.stream().map(Entry::table).toList());
  }

  /// The same file with one table more, or another in the place of one of its kind.
  public ForecastTableFile with(Entry entry) {
    List<Entry> all = new ArrayList<>(entries);
    all.removeIf(entry::isOfTheKindOf);
    all.add(entry);
    return new ForecastTableFile(fingerprint, all);
  }

  /// Reads a file.
  ///
  /// @throws SnapshotException if it cannot be read or is no such file
  public static ForecastTableFile read(Path file) {
    try {
      JsonNode json = JSON.readTree(file.toFile());
      List<Entry> entries = new ArrayList<>();
      for (JsonNode entry : required(json, "tables")) {
        entries.add(entry(entry));
      }
      return new ForecastTableFile(required(json, "fingerprint").asText(), entries);
    } catch (JsonProcessingException e) {
      throw new SnapshotException(file, "is not valid JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new SnapshotException(file, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new SnapshotException(file, "cannot be read: " + e.getMessage());
    }
  }

  private static Entry entry(JsonNode json) {
    List<Float> sigmas = new ArrayList<>();
    required(json, "sigmas").forEach(sigma -> sigmas.add(sigma.floatValue()));
    List<Integer> computed = new ArrayList<>();
    required(json, "computed").forEach(step -> computed.add(step.intValue()));
    List<Weights> weights = new ArrayList<>();
    for (JsonNode of : required(json, "weights")) {
      double own = of.path(0).asDouble(Double.NaN);
      weights.add(new Weights(own, of.path(1).asDouble(Double.NaN), of.path(2).asDouble(0)));
    }
    return new Entry(
        new ForecastTable(sigmas, computed, weights, json.path("adapters").asText("")),
        json.path("size").asText(),
        json.path("prompts").asText(),
        json.path("latent_db").asDouble());
  }

  private static JsonNode required(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull()) {
      throw new IllegalArgumentException(key + " is missing, must be there in forecast tables");
    }
    return value;
  }

  /// Writes the file anew, whole or not at all.
  public void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.writeString(fresh, text());
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private String text() throws JsonProcessingException {
    // A line for each table: readable, and short.
    StringBuilder out = new StringBuilder("{\n\"fingerprint\": ");
    out.append(JSON.writeValueAsString(fingerprint)).append(",\n\"tables\": [");
    String separator = "\n";
    for (Entry entry : entries) {
      out.append(separator).append(json(entry));
      separator = ",\n";
    }
    return out.append("\n]\n}\n").toString();
  }

  private static ObjectNode json(Entry entry) {
    ObjectNode json = JSON.createObjectNode();
    ForecastTable table = entry.table();
    json.put("steps", table.steps()).put("share", (double) table.computed().size() / table.steps());
    if (!table.adapters().isEmpty()) {
      json.put("adapters", table.adapters());
    }
    json.put("size", entry.size()).put("prompts", entry.prompts());
    json.put("latent_db", Math.round(entry.latentDb() * 100) / 100.0);
    ArrayNode computed = json.putArray("computed");
    table.computed().forEach(computed::add);
    ArrayNode weights = json.putArray("weights");
    for (Weights of : table.weights()) {
      weights.addArray().add(of.own()).add(of.earlier()).add(of.earliest());
    }
    ArrayNode sigmas = json.putArray("sigmas");
    table.sigmas().forEach(sigmas::add);
    return json;
  }
}
