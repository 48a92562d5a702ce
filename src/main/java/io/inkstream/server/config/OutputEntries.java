package io.inkstream.server.config;

import java.nio.file.Path;
import java.time.Duration;

/// Where pictures of `response_format=url` are kept.
final class OutputEntries {
  static final Group GROUP = new Group("Pictures that are kept");

  static final Setting<Path> OUTPUT_PATH =
      GROUP
          .entry("output-path", Kind.Place.FOLDER)
          .otherwise("a folder among the system's temporary files")
          .flag()
          .help("Where pictures of `response_format=url` are kept.");

  static final Setting<Long> OUTPUT_MAX_SIZE =
      GROUP
          .entry("output-max-size", new Kind.Size())
          .initially("1G")
          .flag()
          .help("All of them together, such as `500M`; the oldest go first; 0 keeps none.");

  static final Setting<Duration> OUTPUT_MAX_AGE =
      GROUP
          .entry("output-max-age", new Kind.Time())
          .initially("24h")
          .flag()
          .help("How long each is kept, such as `30m` or `7d`.");

  private OutputEntries() {}
}
