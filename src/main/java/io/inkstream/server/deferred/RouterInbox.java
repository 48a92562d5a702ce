package io.inkstream.server.deferred;

import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.http.ErrorMappers;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.RedisMessages;
import io.inkstream.server.jobstore.StoredJob;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Makes jobs of a router's messages, those whose deadline is first, as long as few jobs wait; and
/// tells what has become of them. What is done again after a server has died has no effect.
@Singleton
final class RouterInbox {
  private static final Logger LOG = Logger.getLogger(RouterInbox.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Optional<RedisMessages> messages;
  private final JobDesk desk;
  private final JobQueue queue;
  private final RouterOrders orders;
  private final RouterResults results;
  private final Vertx vertx;
  private final InstantSource clock;
  private volatile boolean away;

  RouterInbox(
      Optional<RedisMessages> messages,
      JobDesk desk,
      JobQueue queue,
      RouterOrders orders,
      RouterResults results,
      Vertx vertx,
      InstantSource clock) {
    this.messages = messages;
    this.desk = desk;
    this.queue = queue;
    this.orders = orders;
    this.results = results;
    this.vertx = vertx;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    messages.ifPresent(this::look);
  }

  private void look(RedisMessages from) {
    var _ =
        tell(from)
            .chain(() -> takeMore(from))
            .subscribe()
            .with(done -> again(from, false), failure -> failed(from, failure));
  }

  private void failed(RedisMessages from, Throwable failure) {
    if (!away) {
      LOG.warnf("messages are not looked for: %s", failure.getMessage());
    }
    again(from, true);
  }

  private void again(RedisMessages from, boolean isAway) {
    away = isAway;
    vertx.setTimer(LOOK.toMillis(), timer -> look(from));
  }

  private Uni<Void> takeMore(RedisMessages from) {
    if (!queue.isOpen()) {
      return Uni.createFrom().voidItem();
    }
    int few = 2 * queue.slots();
    return Uni.createFrom()
        .completionStage(() -> desk.store().backlog())
        .map(backlog -> few - backlog.waiting())
        .chain(room -> room > 0 ? first(from, room) : Uni.createFrom().item(List.<String>of()))
        .chain(found -> inTurn(found, text -> take(from, text)));
  }

  private static Uni<List<String>> first(RedisMessages from, int most) {
    return Uni.createFrom().completionStage(() -> from.first(most));
  }

  private interface Step<T> {
    Uni<Void> of(T what);
  }

  private static <T> Uni<Void> inTurn(Iterable<T> all, Step<T> step) {
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUniAndConcatenate(step::of)
        .toUni()
        .replaceWithVoid();
  }

  private Uni<Void> take(RedisMessages from, String text) {
    try {
      return take(from, text, RouterMessage.read(text));
    } catch (IllegalArgumentException e) {
      LOG.warnf("a router's message is left out: %s", e.getMessage());
      var none = RouterResult.invalid(String.valueOf(e.getMessage()));
      return refuse(from, text, from.results(), none);
    }
  }

  private Uni<Void> take(RedisMessages from, String text, RouterMessage message) {
    String list = message.results().orElse(from.results());
    if (message.deadline().filter(clock.instant()::isAfter).isPresent()) {
      return refuse(from, text, list, RouterResult.late(message.id()));
    }
    String note = new RouterMessage.Note(message.id(), list).text();
    return Uni.createFrom()
        .deferred(() -> orders.handIn(text, message))
        .chain(job -> Uni.createFrom().completionStage(() -> from.taken(text, job.id(), note)))
        .onFailure(RouterInbox::isForGood)
        .recoverWithUni(
            failure -> refuse(from, text, list, results.refused(message.id(), failure)));
  }

  /// What would go well another time stays where it is.
  private static boolean isForGood(Throwable failure) {
    return ErrorMappers.refusal(failure).retryAfter().isEmpty();
  }

  private Uni<Void> refuse(RedisMessages from, String text, String list, RouterResult result) {
    return Uni.createFrom().completionStage(() -> from.refused(text, list, results.json(result)));
  }

  private Uni<Void> tell(RedisMessages from) {
    return Uni.createFrom()
        .completionStage(from::owed)
        .chain(owed -> inTurn(owed.entrySet(), each -> tell(from, each)));
  }

  private Uni<Void> tell(RedisMessages from, Map.Entry<String, String> owed) {
    return Uni.createFrom()
        .completionStage(() -> desk.store().find(owed.getKey()))
        .chain(found ->
            isOpen(found)
                ? Uni.createFrom().voidItem()
                : tell(from, owed.getKey(), RouterMessage.Note.read(owed.getValue()), found));
  }

  private Uni<Void> tell(RedisMessages from, String job, RouterMessage.Note note, Lookup found) {
    return results
        .of(note.id(), found)
        .chain(result ->
            Uni.createFrom()
                .completionStage(() -> from.told(job, note.list(), results.json(result))));
  }

  private static boolean isOpen(Lookup found) {
    return found instanceof Lookup.Kept(StoredJob job) && !job.status().isEnd();
  }
}
