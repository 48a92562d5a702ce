package io.inkstream.server.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.inkstream.server.record.RecordException;
import io.inkstream.server.record.RecordFolder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Batches as they are written down, for all processes with one folder. Every method waits for the
/// disk.
final class BatchBook {
  private static final Logger LOG = Logger.getLogger(BatchBook.class);
  private static final String BATCH = "batch_";
  private static final String CANCEL = "cancel_";

  private final RecordFolder records;
  // Ended ones, which change no more.
  private final Map<String, Batch> ended = new ConcurrentHashMap<>();

  BatchBook(RecordFolder records) {
    this.records = records;
  }

  Path folder() {
    return records.path();
  }

  void put(Batch batch) {
    records.put(batch.id(), BatchJson.of(batch));
  }

  Optional<Batch> find(String id) {
    Batch known = ended.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    var found =
        id.startsWith(BATCH) ? records.find(id).map(BatchJson::read) : Optional.<Batch>empty();
    found.filter(batch -> batch.status().isEnd()).ifPresent(batch -> ended.put(id, batch));
    return found;
  }

  /// The oldest first.
  List<Batch> list() {
    List<String> ids = ids();
    ended.keySet().retainAll(new HashSet<>(ids));
    return ids.stream().flatMap(this::readable).sorted().toList();
  }

  private List<String> ids() {
    return records.ids().stream().filter(id -> id.startsWith(BATCH)).toList();
  }

  private Stream<Batch> readable(String id) {
    try {
      return find(id).stream();
    } catch (RecordException | IllegalArgumentException e) {
      LOG.warnf("%s cannot be read: %s", id, e.getMessage());
      return Stream.empty();
    }
  }

  /// Says to whoever looks after a batch that nobody wants it, also if that is a later process.
  void askToCancel(String id) {
    records.put(cancel(id), JsonNodeFactory.instance.objectNode().put("batch", id));
  }

  boolean isAskedToCancel(String id) {
    return records.has(cancel(id));
  }

  private static String cancel(String id) {
    return CANCEL + id.substring(BATCH.length());
  }

  /// It has ended.
  void forgetCancel(String id) {
    records.delete(cancel(id));
  }

  void delete(Batch batch) {
    ended.remove(batch.id());
    records.delete(batch.id());
  }

  /// Batches of processes that are gone, which are this one's from now on.
  List<Batch> takeOver() {
    return records.takeOver().stream()
        .filter(id -> id.startsWith(BATCH))
        .flatMap(this::readable)
        .filter(batch -> !batch.status().isEnd())
        .toList();
  }
}
