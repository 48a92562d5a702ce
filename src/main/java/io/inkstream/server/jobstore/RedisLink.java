package io.inkstream.server.jobstore;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One connection to Redis, over which commands go one behind the other; made when it is first
/// needed, and anew when it is lost: at once, then after ever longer pauses. Safe for any thread.
final class RedisLink {
  private static final Logger LOG = Logger.getLogger(RedisLink.class);
  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 5000;

  private final Supplier<Redis> redis;
  private final Duration patience;
  private final AtomicInteger unanswered = new AtomicInteger();

  // Guarded by this.
  private @Nullable Future<RedisConnection> connection;
  private long pauseMs;
  private long notBefore = System.nanoTime();
  private boolean closed;

  /// @param redis asked for when it is first needed
  /// @param patience how long an answer is waited for
  RedisLink(Supplier<Redis> redis, Duration patience) {
    this.redis = redis;
    this.patience = patience;
  }

  /// Sends a command. Fails with what Redis says, or with a [JobStoreException] if it is away; it
  /// may have been done even then.
  @SuppressWarnings("NullAway") // an answer is null where there is nothing: for whoever asks such
  Future<Response> send(Request command) {
    unanswered.incrementAndGet();
    return connected()
        .compose(open -> open.send(command))
        .onComplete(answer -> unanswered.decrementAndGet())
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(RedisFailures.of(failure)));
  }

  /// How long to wait before it is of use to try again; zero while it is connected.
  synchronized long pauseMillis() {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(notBefore - System.nanoTime()));
  }

  private synchronized Future<RedisConnection> connected() {
    if (connection != null) {
      return connection;
    }
    if (closed || pauseMillis() > 0) {
      return Future.failedFuture(RedisFailures.away(null));
    }
    Future<RedisConnection> making = connecting();
    connection = making;
    making.onComplete(open -> opened(making, open), failure -> lost(making, failure));
    return making;
  }

  private Future<RedisConnection> connecting() {
    try {
      return redis.get().connect();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void opened(Future<RedisConnection> made, RedisConnection open) {
    synchronized (this) {
      if (pauseMs > 0) {
        LOG.info("Redis is there again");
      }
      pauseMs = 0;
    }
    open.endHandler(end -> lost(made, null));
    open.exceptionHandler(failure -> {
      LOG.debugf(failure, "a connection to Redis fails");
      open.close();
      lost(made, failure);
    });
  }

  private synchronized void lost(
      @Nullable Future<RedisConnection> which, @Nullable Throwable failure) {
    if (connection == null || connection != which) {
      return;
    }
    connection = null;
    if (failure == null && unanswered.get() == 0) {
      return; // nobody needs it now
    }
    if (pauseMs == 0 && !closed) {
      LOG.warnf(
          "Redis is away: %s", failure == null ? "it closed the connection" : failure.getMessage());
    }
    pauseMs = Math.clamp(pauseMs * 2, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    long jittered = ThreadLocalRandom.current().nextLong(pauseMs / 2, pauseMs + 1);
    notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(jittered);
  }

  /// After this, nothing is sent.
  void close() {
    Future<RedisConnection> open;
    synchronized (this) {
      closed = true;
      open = connection;
      connection = null;
    }
    if (open != null) {
      open.onSuccess(RedisConnection::close);
    }
  }
}
