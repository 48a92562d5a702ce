package io.inkstream.server.jobstore;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The jobs that somebody watches here: their events as they are read from Redis, once for all who
/// watch one. Ended ones are kept for a while, for those who come again. Safe for any thread.
final class RedisFeeds implements AutoCloseable {
  static final String BEGINNING = "0-0";
  private static final int ENDED_FEEDS = 256;

  private final ExecutorService threads =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("inkstream-events", 0).factory());
  private final Runnable changed;

  // Guarded by this.
  private final Map<String, Watched> open = new HashMap<>();
  private final Map<String, Ended> ended = new LinkedHashMap<>();
  private boolean closed;

  private record Ended(EventFeed feed, long last) {}

  private static final class Watched {
    final EventFeed feed;
    String read = BEGINNING;
    int watchers;

    Watched(EventFeed feed) {
      this.feed = feed;
    }
  }

  /// @param changed told when there is another job to be read
  RedisFeeds(Runnable changed) {
    this.changed = changed;
  }

  /// What is to be read: by job, the entry after which.
  synchronized Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    open.forEach((id, watched) -> places.put(id, watched.read));
    return places;
  }

  /// Entries of a job's stream have been read.
  ///
  /// @param after one of [#places]: whoever watches since then wants what was before it, too
  synchronized void read(String id, String after, Response entries) {
    Watched watched = open.get(id);
    if (watched == null || !watched.read.equals(after)) {
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      watched.read = entries.get(i).get(0).toString();
      StoredEvent event = RedisRows.event(id, entries.get(i));
      watched.feed.add(event);
      if (event.isLast()) {
        end(id, new Ended(watched.feed, event.number()));
        return;
      }
    }
  }

  private void end(String id, Ended past) {
    open.remove(id);
    ended.put(id, past);
    if (ended.size() > ENDED_FEEDS) {
      var oldest = ended.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /// There is no such job any more: its watchers are let go.
  void lose(String id) {
    EventFeed feed;
    synchronized (this) {
      Watched watched = open.remove(id);
      feed = watched == null ? null : watched.feed;
    }
    if (feed != null) {
      feed.close();
    }
  }

  /// @param last the number of its last event: another job may have had the id before
  synchronized boolean hasEnded(String id, long last) {
    return ended.get(id) instanceof Ended past && past.last() == last;
  }

  /// A job that has ended: all that is still known of its events, the last at least.
  synchronized void ended(String id, List<StoredEvent> events) {
    long last = events.getLast().number();
    if (!hasEnded(id, last)) {
      var feed = new EventFeed(threads);
      events.forEach(feed::add);
      feed.close();
      end(id, new Ended(feed, last));
    }
  }

  /// The events of a job that has not ended, or of one of [#ended].
  Multi<StoredEvent> watch(String id, long after) {
    return Multi.createFrom()
        .deferred(() -> {
          EventFeed feed = join(id);
          return Multi.createFrom()
              .<StoredEvent>emitter(
                  emitter -> feed.watch(after, emitter), BackPressureStrategy.ERROR)
              .onTermination()
              .invoke(() -> leave(id, feed));
        });
  }

  private EventFeed join(String id) {
    EventFeed feed;
    synchronized (this) {
      Ended past = ended.get(id);
      if (past != null) {
        return past.feed();
      }
      Watched watched = open.computeIfAbsent(id, name -> new Watched(newFeed()));
      watched.watchers++;
      feed = watched.feed;
    }
    changed.run();
    return feed;
  }

  private EventFeed newFeed() {
    var feed = new EventFeed(threads);
    if (closed) {
      feed.close();
    }
    return feed;
  }

  // Another job may have the id by now.
  private synchronized void leave(String id, EventFeed feed) {
    Watched watched = open.get(id);
    if (watched != null && watched.feed == feed && --watched.watchers == 0) {
      open.remove(id);
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
      all = open.values().stream().map(watched -> watched.feed).toList();
    }
    threads.execute(() -> all.forEach(EventFeed::close));
    threads.shutdown();
  }
}
