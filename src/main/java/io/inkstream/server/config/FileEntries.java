package io.inkstream.server.config;

import java.time.Duration;

/// What clients send to be kept, and batches of it.
final class FileEntries {
  static final Group GROUP = new Group("Files and batches");

  private static final long LARGEST = 2000L << 20;

  static final Setting<Long> FILES_MAX_FILE_SIZE =
      GROUP
          .entry(
              "files-max-file-size",
              new Kind.Size(1, LARGEST, "1 to 2000M, in bytes or with K or M"))
          .initially("200M")
          .flag()
          .help("Bytes of a file that is sent; more is answered 413.");

  static final Setting<Long> FILES_MAX_SIZE =
      GROUP
          .entry("files-max-size", new Kind.Size())
          .initially("10G")
          .flag()
          .help("All files together, such as `50G`; then no more are taken.");

  static final Setting<Duration> FILES_MAX_AGE =
      GROUP
          .entry("files-max-age", new Kind.Time())
          .initially("30d")
          .flag()
          .help("How long files and batches are kept that say no time themselves.");

  static final Setting<Integer> BATCH_MAX_REQUESTS =
      GROUP
          .entry("batch-max-requests", new Kind.Whole(1, 10_000_000))
          .initially("50000")
          .flag()
          .help("Requests of one batch, as OpenAI has it.");

  private FileEntries() {}
}
