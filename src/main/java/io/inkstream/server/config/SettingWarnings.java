package io.inkstream.server.config;

import static java.util.stream.Collectors.joining;

import io.inkstream.engine.cache.Spelling;
import io.inkstream.server.config.Standing.Accepted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What was given without effect: settings that change nothing, and names that are none.
record SettingWarnings(SettingValues values) {
  private static final List<String> OURS = List.of("INKSTREAM_", "SGLANG_CACHE_DIT_");
  // Read by the launcher, by tests and by the client of Redis.
  static final Set<String> OTHERS =
      Set.of(
          "INKSTREAM_AOT",
          "INKSTREAM_JAVA_OPTS",
          "INKSTREAM_PROVIDERS",
          "INKSTREAM_PYTHON",
          "QUARKUS_REDIS_PASSWORD");

  /// A line each.
  List<String> lines() {
    return Stream.concat(withoutEffect(), unknown()).toList();
  }

  private Stream<String> withoutEffect() {
    Map<String, String> names =
        Settings.all()
            .filter(setting -> setting.standing() instanceof Accepted)
            .filter(setting -> values.text(setting.property()).isPresent())
            .collect(
                Collectors.groupingBy(
                    setting -> ((Accepted) setting.standing()).why(),
                    LinkedHashMap::new,
                    Collectors.mapping(values::givenAs, joining(", "))));
    return names.entrySet().stream()
        .map(given -> given.getValue() + ": no effect, " + given.getKey());
  }

  private Stream<String> unknown() {
    Set<String> known = Settings.all().map(Setting::variable).collect(Collectors.toSet());
    return values
        .variables()
        .filter(name -> OURS.stream().anyMatch(name::startsWith))
        .filter(name -> !known.contains(name) && !OTHERS.contains(name))
        .sorted()
        .map(name -> name + " is no known setting and has no effect" + meant(name, known));
  }

  private static String meant(String name, Set<String> known) {
    String prefix = OURS.stream().filter(name::startsWith).findFirst().orElseThrow();
    var ends =
        known.stream()
            .filter(other -> other.startsWith(prefix))
            .map(other -> other.substring(prefix.length()))
            .toList();
    return Spelling.nearest(name.substring(prefix.length()), ends)
        .map(near -> "; did you mean " + prefix + near + "?")
        .orElse("");
  }
}
