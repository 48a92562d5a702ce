package io.inkstream.server.webhook;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Of which events of a job somebody wants to be told.
///
/// @param types such as `image.job.completed`
public record HookFilter(Set<String> types) {
  private static final String PREFIX = "image.job.";
  private static final List<String> ENDS =
      Stream.of("completed", "failed", "cancelled", "interrupted").map(PREFIX::concat).toList();
  private static final List<String> ALL =
      Stream.concat(Stream.of(PREFIX + "in_progress"), ENDS.stream()).toList();

  /// However it ends.
  public static final HookFilter ENDED = new HookFilter(Set.copyOf(ENDS));

  /// What a word must be, after "must be".
  public static final String ALLOWED = "of start, completed, " + String.join(", ", ALL);

  public HookFilter {
    types = Set.copyOf(types);
  }

  /// Types, or Replicate's words: `start`, and `completed` for every end.
  ///
  /// @throws IllegalArgumentException if a word is not [#ALLOWED]
  public static HookFilter of(List<String> words) {
    return new HookFilter(
        words.stream()
            .flatMap(word -> types(word).stream())
            .collect(Collectors.toCollection(LinkedHashSet::new)));
  }

  private static List<String> types(String word) {
    return switch (word) {
      case "start" -> List.of(ALL.getFirst());
      case "completed" -> ENDS;
      default -> {
        if (!ALL.contains(word)) {
          throw new IllegalArgumentException(word);
        }
        yield List.of(word);
      }
    };
  }

  boolean wants(String type) {
    return types.contains(type);
  }

  String text() {
    return String.join(",", types);
  }

  static HookFilter parse(String text) {
    return new HookFilter(
        Arrays.stream(text.split(",")).filter(type -> !type.isEmpty()).collect(Collectors.toSet()));
  }
}
