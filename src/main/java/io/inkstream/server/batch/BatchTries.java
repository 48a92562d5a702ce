package io.inkstream.server.batch;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// How often requests were begun whose process then died: one that kills each does not do so for
/// ever. Each beginning is a line of a file, each orderly end of a process takes its own back.
final class BatchTries {
  private static final int MOST = 3;

  private final Path file;
  private final Map<Long, Integer> tries = new HashMap<>();

  BatchTries(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII)) {
        lines.filter(line -> line.matches("[+-][0-9]{1,10}")).forEach(this::count);
      }
    }
  }

  private void count(String line) {
    tries.merge(Long.parseLong(line.substring(1)), line.startsWith("+") ? 1 : -1, Integer::sum);
  }

  /// Whether it was begun too often.
  boolean isTooOften(long number) {
    return tries.getOrDefault(number, 0) >= MOST;
  }

  void begin(long number) throws IOException {
    write("+" + number + "\n");
  }

  void takeBack(long number) throws IOException {
    write("-" + number + "\n");
  }

  private synchronized void write(String line) throws IOException {
    Files.writeString(file, line, StandardCharsets.US_ASCII, CREATE, APPEND);
  }
}
