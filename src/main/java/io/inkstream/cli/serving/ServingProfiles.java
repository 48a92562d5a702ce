package io.inkstream.cli.serving;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/// Sorts of requests, each as often as its weight says: SGLang's `--random-request-config`.
public final class ServingProfiles {
  private static final Set<String> NUMBERS =
      Set.of("width", "height", "num_inference_steps", "num_outputs_per_prompt");

  private final List<JsonNode> profiles = new ArrayList<>();

  /// @param list of objects with a weight and numbers
  /// @throws IllegalArgumentException if it is none, with what is allowed
  public ServingProfiles(JsonNode list) {
    list.forEach(profiles::add);
    if (profiles.isEmpty() || !profiles.stream().allMatch(ServingProfiles::isProfile)) {
      throw new IllegalArgumentException(
          "a JSON list of objects with a weight above 0, and of "
              + String.join(", ", NUMBERS.stream().sorted().toList())
              + " those that it sets, 1 or more each");
    }
  }

  private static boolean isProfile(JsonNode profile) {
    return profile.isObject()
        && profile.path("weight").asDouble() > 0
        && profile.properties().stream()
            .filter(entry -> !entry.getKey().equals("weight"))
            .allMatch(e -> NUMBERS.contains(e.getKey()) && isCount(e.getValue()));
  }

  private static boolean isCount(JsonNode value) {
    return value.isInt() && value.intValue() >= 1;
  }

  /// So many, the same for the same seed.
  public List<Profile> draw(int count, long seed) {
    var random = new Random(seed);
    double sum = profiles.stream().mapToDouble(ServingProfiles::weight).sum();
    return random.doubles(count).mapToObj(share -> new Profile(at(share * sum))).toList();
  }

  private JsonNode at(double weight) {
    double left = weight;
    for (JsonNode profile : profiles) {
      left -= weight(profile);
      if (left < 0) {
        return profile;
      }
    }
    return profiles.getLast();
  }

  private static double weight(JsonNode profile) {
    return profile.path("weight").asDouble();
  }

  /// What one sort of request sets.
  public record Profile(JsonNode values) {
    /// A number, or another where it sets none.
    public OptionalInt number(String name, OptionalInt otherwise) {
      return values.has(name) ? OptionalInt.of(values.get(name).intValue()) : otherwise;
    }
  }
}
