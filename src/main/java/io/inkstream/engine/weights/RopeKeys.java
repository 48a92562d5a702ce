package io.inkstream.engine.weights;

import java.util.List;
import java.util.stream.Stream;

/// Where the releases of transformers write the rotary embedding's settings: flat with
/// `rope_scaling` up to 4, under `rope_parameters` since 5.
final class RopeKeys {
  private static final List<String> GROUPS = List.of("rope_parameters", "rope_scaling");
  private static final List<String> PLAIN = List.of("default", "mrope");

  private RopeKeys() {}

  /// The object that has `rope_theta`; the text part itself if none has.
  static ComponentConfig holderOfTheta(ComponentConfig text) {
    return groups(text).filter(group -> group.has("rope_theta")).findFirst().orElse(text);
  }

  /// Frequencies of a head that turn with time, height and width; none where nothing is said.
  static List<Integer> sections(ComponentConfig text) {
    return groups(text)
        .filter(group -> group.has("mrope_section"))
        .findFirst()
        .map(group -> group.ints("mrope_section"))
        .orElse(List.of());
  }

  /// @throws SnapshotException if the frequencies are scaled, or their sections do not fill a head
  static void check(ComponentConfig text, int headDim) {
    groups(text).forEach(group -> checkGroup(group, headDim));
  }

  private static void checkGroup(ComponentConfig group, int headDim) {
    for (String key : List.of("rope_type", "type")) {
      group.require(PLAIN.contains(group.text(key, "default")), key, "default or mrope");
    }
    if (group.has("mrope_section")) {
      List<Integer> sections = group.ints("mrope_section");
      long sum = sections.stream().mapToLong(Integer::longValue).sum();
      group.require(
          sections.size() == 3 && sections.stream().allMatch(n -> n > 0) && sum == headDim / 2,
          "mrope_section",
          "three positive sizes with the sum head_dim / 2 = " + headDim / 2);
    }
  }

  private static Stream<ComponentConfig> groups(ComponentConfig level) {
    return GROUPS.stream().filter(level::has).map(level::object);
  }
}
