package io.inkstream.cli.serving;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a benchmark's requests are for, in the words of SGLang's `--task`, old and new.
public enum Task {
  TEXT_TO_IMAGE("/v1/images/generations", "text-to-image", "t2i"),
  IMAGE_TO_IMAGE("/v1/images/edits", "image-to-image", "i2i", "ti2i");

  private final String path;
  private final List<String> words;

  Task(String path, String... words) {
    this.path = path;
    this.words = List.of(words);
  }

  /// The one of this word.
  public static Optional<Task> named(String word) {
    return Arrays.stream(values()).filter(task -> task.words.contains(word)).findFirst();
  }

  /// All words of all tasks.
  public static List<String> allWords() {
    return Arrays.stream(values()).flatMap(task -> task.words.stream()).toList();
  }

  /// The route that is asked.
  String path() {
    return path;
  }

  /// The word of today's SGLang.
  public String word() {
    return words.getFirst();
  }
}
