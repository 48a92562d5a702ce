package io.inkstream.engine.forecast;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.forecast.ForecastTable.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the forecast laboratory wrote: sigmas, tables, closed loops.
public final class Laboratory {
  public static final Path FOLDER = Path.of("src/test/resources/goldens/forecast");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Laboratory() {}

  public static JsonNode json(String file) {
    try {
      return JSON.readTree(FOLDER.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The noise levels of the pocket model at 256x256, of 20 or 50 steps.
  public static float[] sigmas(int steps) {
    JsonNode node = json("forecast.json").get("sigmas_" + steps);
    float[] sigmas = new float[node.size()];
    for (int i = 0; i < sigmas.length; i++) {
      sigmas[i] = node.get(i).floatValue();
    }
    return sigmas;
  }

  /// A table of policy A.
  public static ForecastTable table(int steps, int computed) {
    JsonNode node = json("policy_%d_%d_v2.json".formatted(steps, computed));
    List<Integer> mask = new ArrayList<>();
    node.get("C").forEach(step -> mask.add(step.asInt()));
    List<Weights> weights = new ArrayList<>();
    for (int j = 0; j < mask.size(); j++) {
      JsonNode pair = node.get("W").get(j);
      double earlier = j == 0 ? 0 : pair.path(mask.get(j - 1).toString()).asDouble();
      weights.add(new Weights(pair.get(mask.get(j).toString()).asDouble(), earlier));
    }
    List<Float> sigmas = new ArrayList<>();
    for (float sigma : sigmas(steps)) {
      sigmas.add(sigma);
    }
    return new ForecastTable(sigmas, mask, weights);
  }
}
