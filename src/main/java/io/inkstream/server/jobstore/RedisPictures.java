package io.inkstream.server.jobstore;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Finished pictures in Redis, where every server finds them, over a connection of their own:
/// events do not wait behind them. Methods wait for Redis; not for event loops. They fail with a
/// [JobStoreException] if it is away.
public final class RedisPictures {
  private static final Logger LOG = Logger.getLogger(RedisPictures.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long RETRY_MS = 300;
  private static final int MOST_LATER = 32;

  private final RedisLink link;
  private final String keys;
  private final long largest;
  private final AtomicInteger later = new AtomicInteger();
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("inkstream-pictures", 0).factory());

  /// @param largest in bytes; larger ones are not put there, 0: none
  public RedisPictures(Supplier<Redis> redis, RedisPlace place, long largest) {
    this.link = new RedisLink(redis, PATIENCE);
    this.keys = place.keys();
    this.largest = largest;
  }

  /// Puts a picture there, unless it is too large. Where Redis is away, it is put there when it is
  /// back: before the end of its job is heard, which is said again until it is.
  public void put(String name, byte[] picture, Duration age) {
    if (picture.length <= largest) {
      Request set =
          Request.cmd(Command.SET).arg(key(name)).arg(picture).arg("PX").arg(age.toMillis());
      try {
        var _ = answer(link.send(set));
      } catch (JobStoreException e) {
        putLater(name, set);
      }
    }
  }

  private void putLater(String name, Request set) {
    if (later.incrementAndGet() > MOST_LATER) {
      later.decrementAndGet();
      LOG.warnf("%s is not shared: Redis is away, and many wait for it", name);
      return;
    }
    retry(set);
  }

  private void retry(Request set) {
    var _ =
        thread.schedule(
            () ->
                link.send(set)
                    .onSuccess(done -> later.decrementAndGet())
                    .onFailure(failure -> retry(set)),
            RETRY_MS,
            TimeUnit.MILLISECONDS);
  }

  public Optional<byte[]> find(String name) {
    return largest == 0
        ? Optional.empty()
        : Optional.ofNullable(answer(link.send(Request.cmd(Command.GET).arg(key(name)))))
            .map(Response::toBytes);
  }

  public void delete(String name) {
    if (largest > 0) {
      var _ = answer(link.send(Request.cmd(Command.DEL).arg(key(name))));
    }
  }

  private String key(String name) {
    return keys + ":picture:" + name;
  }

  private static @Nullable Response answer(Future<Response> asked) {
    try {
      return asked.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof JobStoreException failure ? failure : e;
    }
  }
}
