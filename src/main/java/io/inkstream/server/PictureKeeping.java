package io.inkstream.server;

import io.inkstream.server.batch.Batches;
import io.inkstream.server.config.OutputSettings;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.inputs.InputStore;
import io.inkstream.server.record.RecordException;
import io.inkstream.server.store.PictureStore;
import io.inkstream.server.store.StoreException;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Keeps the stores of pictures and files within their limits, also while nobody asks for them.
@Singleton
final class PictureKeeping {
  private static final Logger LOG = Logger.getLogger(PictureKeeping.class);
  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  private final PictureStore store;
  private final FileStore files;
  private final InputStore inputs;
  private final Batches batches;
  private final OutputSettings settings;

  PictureKeeping(
      PictureStore store,
      FileStore files,
      InputStore inputs,
      Batches batches,
      OutputSettings settings) {
    this.store = store;
    this.files = files;
    this.inputs = inputs;
    this.batches = batches;
    this.settings = settings;
  }

  /// Tries a folder that was named: better no start than pictures that are drawn and lost.
  void start(@Observes StartupEvent event, Vertx vertx) {
    if (settings.path().isPresent() && settings.maxBytes() > 0) {
      try {
        store.require(0);
      } catch (StoreException e) {
        throw settings.unusable(String.valueOf(e.getMessage()));
      }
    }
    keep(vertx);
  }

  /// The next sweep waits for the end of the last: a folder may be large, and a disk slow.
  private void keep(Vertx vertx) {
    var _ =
        vertx
            .executeBlocking(this::sweep, false)
            .onComplete(swept -> vertx.setTimer(interval().toMillis(), timer -> keep(vertx)));
  }

  private Duration interval() {
    Duration half = settings.maxAge().dividedBy(2);
    return half.compareTo(LONGEST_INTERVAL) > 0
        ? LONGEST_INTERVAL
        : half.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : half;
  }

  private boolean sweep() {
    try {
      store.sweep();
      files.sweep();
      inputs.sweep();
      batches.sweep();
      return true;
    } catch (StoreException | RecordException e) {
      LOG.warnf("old pictures and files are not deleted: %s (%s)", e.getMessage(), e.getCause());
      return false;
    }
  }
}
