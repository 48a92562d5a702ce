package io.inkstream.server.jobstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.RedisServer;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisJobStoreTest extends JobStoreContract {
  private static RedisServer server;
  private static Vertx vertx;
  private RedisPlace place;

  @BeforeAll
  static void startRedis() throws Exception {
    server = RedisServer.start();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stopRedis() {
    if (server != null) {
      server.close();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @BeforeEach
  void wakeRedis() throws IOException {
    if (!server.ask("PING").startsWith("+PONG")) {
      server.revive();
    }
  }

  @Override
  JobStore open(StoreRules rules) {
    return open(Duration.ofMinutes(1), rules);
  }

  private JobStore open(Duration lease, StoreRules rules) {
    place = new RedisPlace(UUID.randomUUID().toString(), lease);
    var opened = process(rules);
    get(opened.accept(job("first")));
    opened
        .events("first", 0)
        .subscribe()
        .withSubscriber(AssertSubscriber.<StoredEvent>create(1))
        .awaitItems(1); // it reads what is said from here on
    get(opened.cancel("first"));
    get(opened.delete("first"));
    return opened;
  }

  private void reopen(StoreRules rules) {
    store.close();
    store = open(Duration.ofSeconds(2), rules);
  }

  /// Another server of the same jobs.
  private RedisJobStore process(StoreRules rules) {
    var options =
        new RedisOptions()
            .setConnectionString(server.url())
            .setNetClientOptions(new NetClientOptions().setReadIdleTimeout(10))
            .setMaxWaitingHandlers(1 << 14);
    return new RedisJobStore(() -> Redis.createClient(vertx, options), place, rules, clock);
  }

  @Test
  void whatOneServerTakesAnotherDrawsAndAThirdWatchesAndCancels() {
    try (var drawer = process(RULES);
        var third = process(RULES)) {
      List<Signal> heard = new CopyOnWriteArrayList<>();
      drawer.signals().subscribe().with(heard::add);
      taken(job("a"));
      Await.until(
          "it hears that a job waits",
          () -> {
            get(store.giveBack(claimed(), Optional.empty()));
            return heard.contains(new Signal.Waiting());
          });
      Claim claim = get(drawer.claim("drawer", OLDEST_FIRST)).orElseThrow();
      get(drawer.begin(claim));
      var watcher =
          third
              .events("a", 0)
              .subscribe()
              .withSubscriber(AssertSubscriber.<StoredEvent>create(Long.MAX_VALUE));
      drawer.tell(claim, 40, progress(40));
      Await.until("it hears of it", () -> types(watcher).contains("image.job.progress"));
      assertThat(found("a").progress()).isEqualTo(40);

      get(third.cancel("a"));

      Await.until("it hears of it", () -> heard.contains(new Signal.Cancelling("a")));
      assertThat(get(drawer.end(claim, new JobEnd.Cancelled()))).isTrue();
      assertThat(types(watcher.awaitCompletion()))
          .endsWith("image.job.in_progress", "image.job.progress", "image.job.cancelled");
      long seen = watcher.getItems().get(watcher.getItems().size() - 3).number();
      assertThat(types(watch("a", seen).awaitCompletion()))
          .containsExactly("image.job.progress", "image.job.cancelled");
    }
  }

  @Test
  void aBeginningThatIsToldAgainAsItsAnswerWasLostIsTheSameTry() {
    taken(job("a"));
    Claim claim = claimed();

    get(store.begin(claim));
    assertThat(get(store.begin(claim))).isEqualTo(Hold.HELD);

    assertThat(found("a").tries()).isEqualTo(1);
    get(store.giveBack(claim, Optional.of("{}")));
    get(store.begin(claimed()));
    assertThat(found("a").tries()).isEqualTo(2);
  }

  @Test
  void ofManyThatAskSeveralServersAtOnceUnderOneKeyOneIsTaken() {
    try (var other = process(RULES)) {
      var asked =
          IntStream.range(0, 16)
              .mapToObj(i ->
                  (i % 2 == 0 ? store : other)
                      .accept(
                          new NewJob("a" + i, Optional.of("key"), "p", "{}", 1, Optional.empty())))
              .toList();

      assertThat(asked.stream().map(JobStoreContract::get).toList())
          .filteredOn(Acceptance.Taken.class::isInstance)
          .hasSize(1);
    }
  }

  @Test
  void whatADeadServerHeldIsTakenUpByAnotherInItsOldPlace() {
    reopen(RULES);
    taken(job("a"));
    taken(job("b"));
    Claim claim = begun();
    var watcher = watch("a", 0);

    Await.until("nobody renews it", () -> found("a").status() == JobStatus.QUEUED);

    Claim again = begun();
    assertThat(again.id()).isEqualTo("a");
    assertThat(found("a").tries()).isEqualTo(2);
    assertThat(get(store.renew(claim))).isEqualTo(Hold.LOST);
    store.tell(claim, 90, progress(90));
    assertThat(get(store.end(claim, new JobEnd.Cancelled()))).as("by the dead one").isFalse();
    assertThat(get(store.end(again, new JobEnd.Completed("{}")))).isTrue();
    assertThat(types(watcher.awaitCompletion()))
        .containsExactly(
            "image.job.queued",
            "image.job.in_progress",
            "image.job.queued",
            "image.job.in_progress",
            "image.job.completed");
  }

  @Test
  void anIdThatIsUsedAgainIsAnotherJobOnEveryServer() {
    try (var other = process(RULES)) {
      taken(job("a"));
      get(store.cancel("a"));
      assertThat(types(watch(other, "a").awaitCompletion())).endsWith("image.job.cancelled");
      get(store.delete("a"));
      taken(job("a"));
      var watcher = watch(other, "a");

      get(store.end(begun(), new JobEnd.Completed("{}")));

      assertThat(types(watcher.awaitCompletion()))
          .containsExactly("image.job.queued", "image.job.in_progress", "image.job.completed");
    }
  }

  private static AssertSubscriber<StoredEvent> watch(JobStore where, String id) {
    return where
        .events(id, 0)
        .subscribe()
        .withSubscriber(AssertSubscriber.<StoredEvent>create(Long.MAX_VALUE));
  }

  @Test
  void aClaimThatIsRenewedIsKept() {
    reopen(RULES);
    taken(job("a"));
    Claim claim = begun();
    long end = System.nanoTime() + place.lease().multipliedBy(2).toNanos();

    Await.until(
        "two leases are over",
        () -> get(store.renew(claim)) != Hold.HELD || System.nanoTime() > end);

    assertThat(get(store.renew(claim))).isEqualTo(Hold.HELD);
  }

  @Test
  void aJobThatItsServersDoNotSurviveIsGivenUp() {
    reopen(new StoreRules(50, RULES.age(), RULES.bytes(), 1, StoreRules.AfterRestart.REDRAW));
    taken(job("a"));
    begun();

    assertThat(types(watch("a", 0).awaitCompletion())).endsWith("image.job.failed");
    assertThat(found("a").error().orElseThrow()).contains("too_many_tries");
  }

  @Test
  void aClaimOutlastsAFrozenRedisHoweverLong() {
    reopen(RULES);
    taken(job("a"));
    Claim claim = begun();
    server.freeze();
    long end = System.nanoTime() + place.lease().multipliedBy(3).toNanos();
    assertThatThrownBy(() -> get(store.find("a")))
        .cause()
        .isInstanceOf(JobStoreException.class)
        .hasMessage("jobs cannot be kept now: Redis is away");
    Await.until("it is frozen for long", () -> System.nanoTime() > end);
    server.thaw();

    Await.until("it is back", () -> isThere(store));

    assertThat(get(store.renew(claim))).isEqualTo(Hold.HELD);
    assertThat(get(store.end(claim, new JobEnd.Completed("{}")))).isTrue();
  }

  private static boolean isThere(JobStore store) {
    try {
      get(store.backlog());
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  @Test
  void aRedisThatKeepsNothingLosesItsJobsAndWatchersAreLetGo() throws Exception {
    taken(job("a"));
    Claim claim = begun();
    var watcher = watch("a", 0);
    watcher.awaitItems(2);

    server.kill();
    Await.until("it is away", () -> !isThere(store));
    server.revive();
    Await.until("it is back", () -> isThere(store));

    watcher.awaitCompletion();
    assertThat(get(store.end(claim, new JobEnd.Completed("{}")))).isFalse();
    taken(job("a"));
    assertThat(begun().id()).isEqualTo("a");
  }

  @Test
  void aRedisThatKeepsAllGoesOnWhereItWas() throws Exception {
    try (var durable = RedisServer.startDurable()) {
      var volatileOne = server;
      store.close();
      server = durable;
      try {
        store = open(RULES);
        taken(job("a"));
        taken(job("b"));
        Claim claim = begun();
        var watcher = watch("a", 0);
        watcher.awaitItems(2);

        durable.kill();
        durable.revive();
        Await.until("it is back", () -> isThere(store));

        assertThat(get(store.renew(claim))).isEqualTo(Hold.HELD);
        store.tell(claim, 50, progress(50));
        assertThat(get(store.end(claim, new JobEnd.Completed("{}")))).isTrue();
        assertThat(types(watcher.awaitCompletion()))
            .containsExactly(
                "image.job.queued",
                "image.job.in_progress",
                "image.job.progress",
                "image.job.completed");
        assertThat(begun().id()).isEqualTo("b");
      } finally {
        store.close();
        server = volatileOne;
      }
    }
  }

  @Test
  void nothingIsLeftOfJobsThatAreForgotten() {
    for (int i = 0; i < 20; i++) {
      var keyed = new NewJob("a" + i, Optional.of("key" + i), "p", "{}", i, Optional.empty());
      get(store.accept(keyed));
      get(store.end(begun(), new JobEnd.Completed("{}")));
      get(store.delete("a" + i));
    }

    assertThat(server.ask("KEYS *" + place.prefix() + "*").lines())
        .filteredOn(line -> line.startsWith("{"))
        .map(line -> line.substring(line.indexOf("}:") + 2).replaceAll("wake:.*", "wake"))
        .isSubsetOf("seq", "signals", "beat", "grace", "bytes", "wake");
    assertThat(server.ask("GET {" + place.prefix() + "}:bytes")).contains("\r\n0\r\n");
  }
}
