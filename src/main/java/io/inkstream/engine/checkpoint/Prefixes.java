package io.inkstream.engine.checkpoint;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What stands before a network's names in files of ComfyUI's, which may hold several networks.
final class Prefixes {
  private Prefixes() {}

  /// The prefix that names of a network have in a file; empty if none has one.
  static String of(Collection<String> names, List<String> known) {
    return known.stream()
        .filter(prefix -> names.stream().anyMatch(name -> name.startsWith(prefix)))
        .findFirst()
        .orElse("");
  }

  /// A name without any network's prefix.
  static String stripped(String name) {
    return Part.prefixes().stream()
        .filter(name::startsWith)
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }

  /// What has a prefix, without it.
  static <T> Map<String, T> inside(Map<String, T> all, String prefix) {
    Map<String, T> inside = new LinkedHashMap<>();
    all.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        inside.put(name.substring(prefix.length()), value);
      }
    });
    return inside;
  }
}
