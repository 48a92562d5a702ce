package io.inkstream.server.jobstore;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// What this process has told and heard of jobs, for those who watch them here: one feed for each
/// job that is drawn or watched, and those of the jobs that have ended last. Safe for any thread.
final class EventFeeds implements AutoCloseable {
  private static final int ENDED_FEEDS = 256;

  private final ExecutorService threads =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("inkstream-events", 0).factory());

  // Guarded by this; ended ones in the order of their ends.
  private final Map<String, EventFeed> open = new LinkedHashMap<>();
  private final Map<String, EventFeed> ended = new LinkedHashMap<>();
  private boolean closed;

  /// Tells whoever watches the job, and keeps it for who comes later.
  void tell(String id, StoredEvent event) {
    synchronized (this) {
      if (closed) {
        return;
      }
      EventFeed feed = of(id);
      feed.add(event);
      if (event.isLast()) {
        end(id, feed);
      }
    }
  }

  /// Whether there is a feed: what it does not have, nobody was told here.
  synchronized boolean has(String id) {
    return open.containsKey(id) || ended.containsKey(id);
  }

  /// Nothing, if there is no feed: its job has been deleted meanwhile, or others have ended since.
  Multi<StoredEvent> watch(String id, long after) {
    EventFeed feed = known(id);
    return feed == null
        ? Multi.createFrom().empty()
        : Multi.createFrom()
            .emitter(emitter -> feed.watch(after, emitter), BackPressureStrategy.ERROR);
  }

  private synchronized @Nullable EventFeed known(String id) {
    EventFeed past = ended.get(id);
    return past == null ? open.get(id) : past;
  }

  private EventFeed of(String id) {
    EventFeed past = ended.get(id);
    return past == null ? open.computeIfAbsent(id, name -> newFeed()) : past;
  }

  private EventFeed newFeed() {
    var feed = new EventFeed(threads);
    if (closed) {
      feed.close();
    }
    return feed;
  }

  private void end(String id, EventFeed feed) {
    open.remove(id);
    ended.put(id, feed);
    if (ended.size() > ENDED_FEEDS) {
      var oldest = ended.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /// Forgets a job.
  synchronized void forget(String id) {
    ended.remove(id);
  }

  @Override
  public void close() {
    List<EventFeed> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open.values());
    }
    threads.execute(() -> all.forEach(EventFeed::close));
    threads.shutdown();
  }
}
