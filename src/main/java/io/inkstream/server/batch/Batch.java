package io.inkstream.server.batch;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A batch as it was when somebody looked.
///
/// @param since when each status began that it has or had
/// @param errors why it failed
/// @param outputFileId of the file with answers, which is there at the end; of `errorFileId`, too
/// @param becomes its end, once its files are made ready for it
public record Batch(
    String id,
    BatchOrder order,
    BatchStatus status,
    Map<BatchStatus, Instant> since,
    Instant expires,
    BatchCounts counts,
    List<BatchError> errors,
    Optional<String> outputFileId,
    Optional<String> errorFileId,
    Optional<BatchStatus> becomes)
    implements Comparable<Batch> {
  public Batch {
    since = Map.copyOf(since);
    errors = List.copyOf(errors);
  }

  static Batch of(String id, BatchOrder order, Instant now) {
    return new Batch(
        id,
        order,
        BatchStatus.VALIDATING,
        Map.of(BatchStatus.VALIDATING, now),
        now.plus(order.time()),
        BatchCounts.NONE,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public Instant created() {
    return since.getOrDefault(BatchStatus.VALIDATING, Instant.EPOCH);
  }

  Batch with(BatchStatus next, Instant now) {
    Map<BatchStatus, Instant> times = new EnumMap<>(BatchStatus.class);
    times.putAll(since);
    times.put(next, now);
    return new Batch(
        id, order, next, times, expires, counts, errors, outputFileId, errorFileId, becomes);
  }

  Batch with(BatchCounts other) {
    return new Batch(
        id, order, status, since, expires, other, errors, outputFileId, errorFileId, becomes);
  }

  Batch with(List<BatchError> others) {
    return new Batch(
        id, order, status, since, expires, counts, others, outputFileId, errorFileId, becomes);
  }

  /// Its files are made ready, under these ids.
  Batch becoming(BatchStatus end, Optional<String> output, Optional<String> error) {
    return new Batch(
        id, order, status, since, expires, counts, errors, output, error, Optional.of(end));
  }

  /// The oldest first.
  @Override
  public int compareTo(Batch other) {
    int older = created().compareTo(other.created());
    return older != 0 ? older : id.compareTo(other.id());
  }
}
