package io.inkstream.server.webhook;

import io.inkstream.server.outbound.CheckedClient;
import io.inkstream.server.outbound.Destination;
import io.inkstream.server.record.RecordException;
import io.inkstream.server.record.RecordFolder;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Delivers events until their receivers have them: each is written down before the first attempt,
/// and is forgotten after the last, so that it outlives this process. A receiver may get one twice;
/// it has the same `webhook-id` then. Safe for any thread.
public final class Webhooks implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Webhooks.class);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
  // What is written down of one is a few kilobytes.
  private static final int MOST = 10_000;
  private static final int DISK_THREADS = 2;

  private final Vertx vertx;
  private final WebhookSettings settings;
  private final RecordFolder records;
  private final Consumer<DeliveryEvent> watcher;
  private final InstantSource clock;
  private final WebhookClient client;
  private final Backoff backoff;
  private final WorkerExecutor disk;
  private final DeliveryLine line = new DeliveryLine();
  // By their keys: all that this process looks after.
  private final Map<String, Delivery> mine = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// @param records where deliveries are written down
  /// @param watcher hears what happens to them, on whatever thread
  public Webhooks(
      Vertx vertx,
      WebhookSettings settings,
      RecordFolder records,
      Consumer<DeliveryEvent> watcher,
      InstantSource clock) {
    this(vertx, settings, records, watcher, clock, CheckedClient.Resolver.SYSTEM, FIRST_WAIT);
  }

  Webhooks(
      Vertx vertx,
      WebhookSettings settings,
      RecordFolder records,
      Consumer<DeliveryEvent> watcher,
      InstantSource clock,
      CheckedClient.Resolver resolver,
      Duration firstWait) {
    this.vertx = vertx;
    this.settings = settings;
    this.records = records;
    this.watcher = watcher;
    this.clock = clock;
    this.client = new WebhookClient(vertx, settings, resolver, clock);
    this.backoff = new Backoff(firstWait, new SecureRandom());
    this.disk = vertx.createSharedWorkerExecutor("webhooks", DISK_THREADS);
  }

  /// Whether events can be signed, and so delivered.
  public boolean isOpen() {
    return !settings.secrets().isEmpty();
  }

  /// Destinations of what names none itself.
  public List<Destination> standing() {
    return settings.standing();
  }

  /// Deliveries that are on their way or wait for another attempt.
  public int waiting() {
    return mine.size();
  }

  /// Takes over what processes that are gone have left; waits for the disk.
  public void takeOver() {
    if (isOpen()) {
      records.takeOver().forEach(this::resume);
    }
  }

  private void resume(String key) {
    try {
      records.find(key).map(Delivery::fromJson).ifPresent(left -> add(left));
    } catch (IllegalArgumentException e) {
      LOG.warnf("%s is no delivery: it is left as it is", key);
    }
  }

  /// Takes an event in and returns; it is written down on another thread.
  public void send(WebhookEvent event, List<Destination> to) {
    var _ = disk.executeBlocking(() -> sent(event, to), false);
  }

  private boolean sent(WebhookEvent event, List<Destination> to) {
    sendNow(event, to);
    return true;
  }

  /// Takes an event in: when this returns, it is written down. Waits for the disk.
  public void sendNow(WebhookEvent event, List<Destination> to) {
    if (isOpen()) {
      for (int i = 0; i < to.size(); i++) {
        var _ = take(Delivery.of(event, to.get(i), i));
      }
    }
  }

  private boolean take(Delivery delivery) {
    if (mine.size() >= MOST) {
      LOG.errorf("%s is not delivered: %d others wait", delivery.eventId(), mine.size());
      watcher.accept(new DeliveryEvent.Dropped());
      return false;
    }
    try {
      records.put(delivery.key(), delivery.toJson());
    } catch (RecordException e) {
      LOG.errorf("%s is delivered once at most: %s", delivery.eventId(), e.getMessage());
    }
    add(delivery);
    return true;
  }

  private void add(Delivery delivery) {
    mine.put(delivery.key(), delivery);
    line.add(delivery);
    wake();
  }

  private void wake() {
    while (!closed && line.next().orElse(null) instanceof Delivery next) {
      var _ = client.ask(next).onSuccess(how -> end(next, how));
    }
  }

  private void end(Delivery delivery, Attempt how) {
    line.leave(delivery);
    if (!closed) {
      var tried = delivery.tried();
      switch (how) {
        case Attempt.Delivered _ -> delivered(tried);
        case Attempt.Forbidden(String why) -> giveUp(tried, why);
        case Attempt.Failed(String why) when tried.goesOn(settings, clock.instant()) ->
            tryAgain(tried, why);
        case Attempt.Failed(String why) -> giveUp(tried, why);
      }
      wake();
    }
  }

  private void delivered(Delivery delivery) {
    watcher.accept(
        new DeliveryEvent.Delivered(Duration.between(delivery.since(), clock.instant())));
    forget(delivery);
  }

  private void giveUp(Delivery delivery, String why) {
    LOG.warnf(
        "%s is given up after %d attempts at %s: %s",
        delivery.eventId(), delivery.attempts(), delivery.to(), why);
    watcher.accept(new DeliveryEvent.GivenUp());
    forget(delivery);
  }

  private void forget(Delivery delivery) {
    mine.remove(delivery.key());
    var _ = disk.executeBlocking(() -> deleted(delivery), false);
  }

  private boolean deleted(Delivery delivery) {
    records.delete(delivery.key());
    return true;
  }

  private void tryAgain(Delivery delivery, String why) {
    Duration wait = backoff.after(delivery.attempts());
    LOG.infof(
        "%s is not delivered to %s yet: %s; again in %d s",
        delivery.eventId(), delivery.to(), why, wait.toSeconds());
    watcher.accept(new DeliveryEvent.TriedInVain());
    var _ = disk.executeBlocking(() -> written(delivery), false);
    vertx.setTimer(
        Math.max(1, wait.toMillis()),
        due -> {
          line.add(delivery);
          wake();
        });
  }

  private boolean written(Delivery delivery) {
    try {
      records.put(delivery.key(), delivery.toJson());
      return true;
    } catch (RecordException e) {
      LOG.warnf("attempts at %s are not written down: %s", delivery.eventId(), e.getMessage());
      return false;
    }
  }

  /// What is on its way stays written down, for the next process.
  @Override
  public void close() {
    closed = true;
    client.close();
    var _ = disk.close();
  }
}
