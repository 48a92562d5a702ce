package io.inkstream.server.jobstore;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Reads what all servers say, and the events of the jobs that are watched here: one blocking read
/// of all these streams, over and over, each from where the last one ended. So nothing is missed
/// where Redis was away.
final class RedisReader implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RedisReader.class);
  static final long BLOCK_MS = 2000;
  private static final int AT_ONCE = 512;
  private static final String NEWEST = "$";

  private final RedisLink reading;
  private final RedisLink waking;
  private final String keys;
  private final RedisFeeds feeds;
  private final Consumer<Signal> signals;
  private final Runnable again;
  private final String wake;
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().daemon().name("inkstream-redis").factory(),
          new ThreadPoolExecutor.DiscardPolicy()); // after the end

  // For the thread.
  private String signalled = NEWEST;
  private String woken = RedisFeeds.BEGINNING;
  private boolean failed;
  private volatile boolean closed;

  /// @param reading a connection for this alone
  /// @param waking another
  /// @param signals told what servers say
  /// @param again told when Redis was away and is there again
  RedisReader(
      RedisLink reading,
      RedisLink waking,
      String keys,
      RedisFeeds feeds,
      Consumer<Signal> signals,
      Runnable again) {
    this.reading = reading;
    this.waking = waking;
    this.keys = keys;
    this.feeds = feeds;
    this.signals = signals;
    this.again = again;
    this.wake = keys + ":wake:" + UUID.randomUUID();
  }

  void start() {
    thread.execute(this::read);
  }

  /// There is another stream to be read.
  void wake() {
    var _ =
        waking
            .send(
                Request.cmd(Command.XADD)
                    .arg(wake)
                    .arg("MAXLEN")
                    .arg(1)
                    .arg("*")
                    .arg("wake")
                    .arg(""))
            .compose(done -> waking.send(Request.cmd(Command.PEXPIRE).arg(wake).arg(60_000)));
  }

  private void read() {
    if (closed) {
      return;
    }
    Map<String, String> places = feeds.places();
    next()
        .compose(ready -> reading.send(request(places)))
        .onComplete(
            found -> thread.execute(() -> heard(places, found)),
            failure -> thread.execute(() -> lost(failure)));
  }

  /// Where signals go on: from the newest when this begins, then from the last that was heard.
  private Future<Void> next() {
    if (!signalled.equals(NEWEST)) {
      return Future.succeededFuture();
    }
    return reading
        .send(Request.cmd(Command.XREVRANGE).arg(signals()).arg("+").arg("-").arg("COUNT").arg(1))
        .map(newest -> {
          signalled = newest.size() == 0 ? RedisFeeds.BEGINNING : newest.get(0).get(0).toString();
          signals.accept(new Signal.Waiting()); // what waits already
          return null;
        });
  }

  private Request request(Map<String, String> places) {
    List<String> streams = new ArrayList<>(List.of(signals(), wake));
    List<String> after = new ArrayList<>(List.of(signalled, woken));
    places.forEach((id, place) -> {
      streams.add(events(id));
      after.add(place);
    });
    Request read =
        Request.cmd(Command.XREAD)
            .arg("COUNT")
            .arg(AT_ONCE)
            .arg("BLOCK")
            .arg(BLOCK_MS)
            .arg("STREAMS");
    streams.forEach(read::arg);
    after.forEach(read::arg);
    return read;
  }

  private String signals() {
    return keys + ":signals";
  }

  private String events(String id) {
    return keys + ":events:" + id;
  }

  private void heard(Map<String, String> places, Response found) {
    if (failed) {
      failed = false;
      again.run();
    }
    try {
      if (found != null) {
        found.getKeys().forEach(stream -> heard(places, stream, found.get(stream)));
      }
    } catch (RuntimeException e) {
      LOG.error("what was read from Redis has not been passed on", e);
    }
    read();
  }

  private void heard(Map<String, String> places, String stream, Response entries) {
    String last = entries.get(entries.size() - 1).get(0).toString();
    if (stream.equals(wake)) {
      woken = last;
    } else if (stream.equals(signals())) {
      signalled = last;
      for (int i = 0; i < entries.size(); i++) {
        signals.accept(signal(entries.get(i).get(1)));
      }
    } else {
      String id = stream.substring(events("").length());
      feeds.read(id, Objects.requireNonNull(places.get(id)), entries);
    }
  }

  private static Signal signal(Response fields) {
    return fields.get("kind").toString().equals("cancelling")
        ? new Signal.Cancelling(fields.get("id").toString())
        : new Signal.Waiting();
  }

  private void lost(Throwable failure) {
    if (closed) {
      return;
    }
    failed = true;
    LOG.debugf("events are not read: %s", failure.getMessage());
    thread.schedule(this::read, Math.max(20, reading.pauseMillis()), TimeUnit.MILLISECONDS);
  }

  /// Does something on this thread again and again.
  void every(long millis, Runnable work) {
    var _ = thread.scheduleWithFixedDelay(work, millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
