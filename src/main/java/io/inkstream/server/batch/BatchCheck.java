package io.inkstream.server.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Looks a batch's file through before anything is drawn, one line at a time.
final class BatchCheck {
  // Enough to see what is wrong; a file may have millions of lines.
  private static final int MOST_ERRORS = 100;

  private final String endpoint;
  private final BatchLimits limits;
  private final List<BatchError> errors = new ArrayList<>();
  // Of a digest each, so that long names take no more of the heap than short ones.
  private final Set<Long> ids = new HashSet<>();
  private long total;

  private BatchCheck(String endpoint, BatchLimits limits) {
    this.endpoint = endpoint;
    this.limits = limits;
  }

  /// What a file holds.
  ///
  /// @param total requests
  /// @param errors none: it is a batch
  record Result(long total, List<BatchError> errors) {}

  static Result of(Path file, String endpoint, BatchLimits limits) throws IOException {
    var check = new BatchCheck(endpoint, limits);
    try (var lines = new LineReader(file, limits.lineBytes())) {
      check.read(lines);
    }
    return new Result(check.total, check.errors);
  }

  private void read(LineReader lines) throws IOException {
    while (errors.size() < MOST_ERRORS
        && lines.next().orElse(null) instanceof LineReader.Line line) {
      total++;
      if (total > limits.requests()) {
        errors.add(
            BatchError.ofFile(
                "too_many_requests",
                "The file has more than %d requests".formatted(limits.requests())));
        return;
      }
      check(line);
    }
    if (total == 0) {
      errors.add(BatchError.ofFile("empty_file", "The file has no requests"));
    }
  }

  private void check(LineReader.Line line) {
    BatchLine request = BatchLine.read(line, endpoint, limits.lineBytes(), errors::add);
    if (request != null && !ids.add(digest(request.customId()))) {
      errors.add(
          BatchError.ofLine(
              line.number(),
              "duplicate_custom_id",
              "custom_id",
              "An earlier line has the same custom_id"));
    }
  }

  private static long digest(String id) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
