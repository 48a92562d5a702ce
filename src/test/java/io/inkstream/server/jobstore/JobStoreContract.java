package io.inkstream.server.jobstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.inkstream.server.jobstore.Acceptance.Conflict;
import io.inkstream.server.jobstore.Acceptance.Full;
import io.inkstream.server.jobstore.Acceptance.Known;
import io.inkstream.server.jobstore.Acceptance.Taken;
import io.inkstream.server.jobstore.StoreRules.AfterRestart;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store promises, whatever it keeps jobs in.
abstract class JobStoreContract {
  static final StoreRules RULES =
      new StoreRules(50, Duration.ofHours(1), 64 << 20, 3, AfterRestart.REDRAW);
  static final LaneOrder OLDEST_FIRST = (lane, waited) -> 0;
  static final LaneOrder SHORTEST_FIRST = (lane, waited) -> 1 / Lane.work(lane);
  static final Optional<String> WHY = Optional.of(JobErrors.of("why", "server_error", null, "x"));

  final SetClock clock = new SetClock(Instant.parse("2026-11-28T12:00:00Z"));
  JobStore store;

  /// A new and empty store.
  abstract JobStore open(StoreRules rules);

  @BeforeEach
  final void openStore() {
    store = open(RULES);
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  static NewJob job(String id) {
    return job(id, 100);
  }

  static NewJob job(String id, double work) {
    return new NewJob(id, Optional.empty(), "print-" + id, "{}", work, Optional.empty());
  }

  private static NewJob behind(String id) {
    return new NewJob(id, Optional.empty(), "print-" + id, "{}", 100, Optional.empty(), true);
  }

  StoredJob taken(NewJob job) {
    assertThat(get(store.accept(job))).isInstanceOf(Taken.class);
    return found(job.id());
  }

  StoredJob found(String id) {
    return ((Lookup.Kept) get(store.find(id))).job();
  }

  Claim claimed() {
    return get(store.claim("here", OLDEST_FIRST)).orElseThrow();
  }

  Claim begun() {
    Claim claim = claimed();
    assertThat(get(store.begin(claim))).isEqualTo(Hold.HELD);
    return claim;
  }

  AssertSubscriber<StoredEvent> watch(String id, long after) {
    return store
        .events(id, after)
        .subscribe()
        .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
  }

  static List<String> types(AssertSubscriber<StoredEvent> watcher) {
    return watcher.getItems().stream().map(StoredEvent::type).toList();
  }

  @Test
  void anAcceptedJobIsFoundAsItWasAsked() {
    StoredJob job = taken(job("a", 1000));

    assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(job.payload()).isEqualTo("{}");
    assertThat(job.work()).isEqualTo(1000);
    assertThat(job.progress()).isZero();
    assertThat(job.created()).isEqualTo(clock.instant());
    assertThat(get(store.find("b"))).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void theSameRequestUnderOneIdOrKeyIsOneJobAndAnotherIsAConflict() {
    var keyed = new NewJob("a", Optional.of("key"), "print", "{}", 1, Optional.empty());
    var again = new NewJob("b", Optional.of("key"), "print", "{}", 1, Optional.empty());
    var other = new NewJob("c", Optional.of("key"), "other", "{}", 1, Optional.empty());
    taken(keyed);

    assertThat(((Known) get(store.accept(again))).job().id()).isEqualTo("a");
    assertThat(((Known) get(store.accept(keyed))).job().id()).isEqualTo("a");
    assertThat(((Conflict) get(store.accept(other))).job().id()).isEqualTo("a");
    assertThat(get(store.find("b"))).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void ofManyThatAskAtOnceUnderOneKeyOneIsTaken() {
    var asked =
        IntStream.range(0, 16)
            .mapToObj(i ->
                store.accept(
                    new NewJob("a" + i, Optional.of("key"), "p", "{}", 1, Optional.empty())))
            .toList();

    var answers = asked.stream().map(JobStoreContract::get).toList();
    assertThat(answers).filteredOn(Taken.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(Known.class::isInstance).hasSize(15);
  }

  @Test
  void noMoreWaitThanMay() {
    IntStream.range(0, RULES.mostWaiting()).forEach(i -> taken(job("a" + i)));

    assertThat(get(store.accept(job("b")))).isEqualTo(new Full(RULES.mostWaiting()));
    begun();
    taken(job("b"));
  }

  @Test
  void aJobIsClaimedOnceInTheOrderOfWhoClaims() {
    taken(job("long", 10_000));
    clock.pass(Duration.ofSeconds(1));
    taken(job("short", 10));
    taken(job("short-too", 10));

    assertThat(get(store.claim("x", SHORTEST_FIRST)).orElseThrow().id()).isEqualTo("short");
    assertThat(get(store.claim("y", OLDEST_FIRST)).orElseThrow().id()).isEqualTo("long");
    assertThat(get(store.claim("x", OLDEST_FIRST)).orElseThrow().id()).isEqualTo("short-too");
    assertThat(get(store.claim("x", OLDEST_FIRST))).isEmpty();
  }

  @Test
  void whoWaitsBehindAllOthersTakesNobodysPlaceAndStandsInNoList() {
    for (int i = 0; i < 3; i++) {
      taken(behind("behind" + i));
    }
    taken(job("a"));

    assertThat(get(store.list(new Listing(Optional.empty(), 10, true, Optional.empty()))))
        .extracting(StoredJob::id)
        .containsExactly("a");
    assertThat(get(store.backlog()).waiting()).as("whoever scales counts all").isEqualTo(4);
    LaneOrder lastOfAll = (lane, waited) -> Lane.isBehind(lane) ? -1 : 0;
    LaneOrder notNow = (lane, waited) -> Lane.isBehind(lane) ? Double.NaN : 0;
    Claim first = get(store.claim("here", lastOfAll)).orElseThrow();
    assertThat(first.id()).isEqualTo("a");
    assertThat(get(store.claim("here", notNow))).isEmpty();
    Claim second = get(store.claim("here", lastOfAll)).orElseThrow();
    assertThat(second.id()).isEqualTo("behind0");
    get(store.begin(second));
    get(store.giveBack(second, Optional.empty()));
    assertThat(get(store.claim("here", lastOfAll)).orElseThrow().id()).isEqualTo("behind0");
    assertThat(
            get(store.list(new Listing(Optional.empty(), 10, true, Optional.of(JobStatus.QUEUED)))))
        .extracting(StoredJob::id)
        .containsExactly("a");
  }

  @Test
  void whoWaitsBehindAllOthersIsTakenHoweverManyWait() {
    for (int i = 0; i < RULES.mostWaiting(); i++) {
      taken(job("a" + i));
    }

    taken(behind("behind"));

    assertThat(get(store.accept(job("b")))).isInstanceOf(Full.class);
  }

  @Test
  void placesAreThoseOfTheOrder() {
    taken(job("long", 10_000));
    taken(job("short", 10));

    assertThat(get(store.places(List.of("long", "short", "none"), SHORTEST_FIRST)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("short", new Place(1, 0), "long", new Place(2, 10)));
  }

  @Test
  void aJobGoesFromItsAcceptanceToOneLastEvent() {
    taken(job("a"));
    var early = watch("a", 0);
    Claim claim = begun();
    assertThat(found("a").status()).isEqualTo(JobStatus.IN_PROGRESS);
    store.tell(claim, 40, progress(40));
    assertThat(get(store.end(claim, new JobEnd.Completed("{\"x\":1}")))).isTrue();

    early.awaitCompletion();
    assertThat(types(early))
        .containsExactly(
            "image.job.queued",
            "image.job.in_progress",
            "image.job.progress",
            "image.job.completed");
    assertThat(new String(early.getLastItem().frame(), java.nio.charset.StandardCharsets.UTF_8))
        .startsWith("id: " + early.getLastItem().number() + "\nevent: image.job.completed\ndata: {")
        .contains("\"result\":{\"x\":1}", "\"progress\":100")
        .endsWith("}\n\n");
    StoredJob job = found("a");
    assertThat(job.progress()).isEqualTo(100);
    assertThat(job.tries()).isOne();
    assertThat(job.expires()).contains(clock.instant().plus(RULES.age()));
    assertThat(get(store.end(claim, new JobEnd.Cancelled()))).isFalse();
  }

  static EventBody progress(int percent) {
    return JobEvents.progress(
        "a", Instant.EPOCH, percent, JsonNodeFactory.instance.objectNode().put("step", percent));
  }

  @Test
  void aWatcherThatComesAgainHearsWhatItHasNotHeard() {
    taken(job("a"));
    Claim claim = begun();
    IntStream.range(1, 5).forEach(step -> store.tell(claim, step, progress(step)));
    get(store.end(claim, new JobEnd.Completed("{}")));
    var all = watch("a", 0).awaitCompletion().getItems();

    for (StoredEvent seen : all) {
      assertThat(watch("a", seen.number()).awaitCompletion().getItems())
          .map(StoredEvent::number)
          .isEqualTo(all.stream().map(StoredEvent::number).filter(n -> n > seen.number()).toList());
    }
    assertThat(all).map(StoredEvent::number).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aWatcherTakesEventsAtItsOwnPaceAndAllGetOneValue() {
    taken(job("a"));
    var slow =
        store.events("a", 0).subscribe().withSubscriber(AssertSubscriber.<StoredEvent>create(1));
    var quick = watch("a", 0);
    Claim claim = begun();
    get(store.end(claim, new JobEnd.Completed("{}")));
    quick.awaitCompletion();

    assertThat(slow.getItems()).hasSize(1);
    slow.request(10).awaitCompletion();
    assertThat(slow.getItems()).hasSameSizeAs(quick.getItems());
    assertThat(slow.getLastItem()).isSameAs(quick.getLastItem());
  }

  @Test
  void aWaitingJobIsCancelledAtOnce() {
    taken(job("a"));
    var watcher = watch("a", 0);

    assertThat(((Lookup.Kept) get(store.cancel("a"))).job().status()).isEqualTo(JobStatus.QUEUED);

    assertThat(types(watcher.awaitCompletion())).endsWith("image.job.cancelled");
    assertThat(get(store.claim("x", OLDEST_FIRST))).isEmpty();
    assertThat(((Lookup.Kept) get(store.cancel("a"))).job().status())
        .isEqualTo(JobStatus.CANCELLED);
    assertThat(get(store.cancel("b"))).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void whoDrawsIsToldThatAJobIsCancelled() {
    taken(job("a"));
    List<Signal> signals = new CopyOnWriteArrayList<>();
    store.signals().subscribe().with(signals::add);
    Claim claim = begun();

    get(store.cancel("a"));

    io.inkstream.Await.until("it is told", () -> signals.contains(new Signal.Cancelling("a")));
    assertThat(found("a").status()).isEqualTo(JobStatus.IN_PROGRESS);
    assertThat(get(store.renew(claim))).isEqualTo(Hold.CANCELLING);
    assertThat(get(store.end(claim, new JobEnd.Cancelled()))).isTrue();
    assertThat(get(store.renew(claim))).isEqualTo(Hold.LOST);
    assertThat(found("a").status()).isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  void aJobThatIsGivenBackBecauseItsProcessStopsWaitsInItsOldPlace() {
    taken(job("a"));
    taken(job("b"));
    Claim claim = begun();

    get(store.giveBack(claim, Optional.empty()));

    assertThat(found("a").status()).isEqualTo(JobStatus.QUEUED);
    assertThat(found("a").tries()).isZero();
    Claim again = begun();
    assertThat(again.id()).isEqualTo("a");
    assertThat(get(store.end(claim, new JobEnd.Cancelled()))).as("by an old claim").isFalse();
    assertThat(get(store.end(again, new JobEnd.Completed("{}")))).isTrue();
  }

  @Test
  void aJobThatFailsEachTimeFailsInTheEndWithItsReason() {
    taken(job("a"));
    for (int i = 0; i < RULES.tries(); i++) {
      assertThat(found("a").status()).isEqualTo(JobStatus.QUEUED);
      get(store.giveBack(begun(), WHY));
    }

    assertThat(found("a").status()).isEqualTo(JobStatus.FAILED);
    assertThat(found("a").error()).isEqualTo(WHY);
    assertThat(types(watch("a", 0).awaitCompletion())).endsWith("image.job.failed");
  }

  @Test
  void manyJobsAreListedInPages() {
    store.close();
    store = open(new StoreRules(5000, RULES.age(), RULES.bytes(), 3, AfterRestart.REDRAW));
    List<CompletionStage<Acceptance>> all = new ArrayList<>();
    IntStream.range(0, 2000).forEach(i -> all.add(store.accept(job("j" + i))));
    all.forEach(JobStoreContract::get);

    for (boolean newestFirst : new boolean[] {true, false}) {
      List<String> seen = new ArrayList<>();
      List<StoredJob> page;
      do {
        Optional<String> after = seen.isEmpty() ? Optional.empty() : Optional.of(seen.getLast());
        page = get(store.list(new Listing(after, 90, newestFirst, Optional.empty())));
        page.forEach(job -> seen.add(job.id()));
      } while (!page.isEmpty());
      assertThat(seen).hasSize(2000).doesNotHaveDuplicates();
      assertThat(seen.getFirst()).isEqualTo(newestFirst ? "j1999" : "j0");
    }
    assertThat(
            get(store.list(new Listing(Optional.empty(), 10, true, Optional.of(JobStatus.FAILED)))))
        .isEmpty();
  }

  @Test
  void endedJobsAreForgottenByAgeAndThatTheyWereIsKnown() {
    taken(job("a"));
    taken(job("b"));
    get(store.end(begun(), new JobEnd.Completed("{}")));

    clock.pass(RULES.age().plusSeconds(1));
    get(store.sweep());

    assertThat(get(store.find("a"))).isEqualTo(new Lookup.Expired());
    assertThat(found("b").status()).as("it waits").isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void anEndedJobIsDeletedAndAnotherIsNot() {
    taken(job("a"));
    get(store.delete("a"));
    assertThat(found("a")).isNotNull();

    get(store.cancel("a"));
    get(store.delete("a"));

    assertThat(get(store.find("a"))).isEqualTo(new Lookup.Unknown());
    assertThat(watch("a", 0).awaitCompletion().getItems()).isEmpty();
  }

  @Test
  void theBacklogIsWhatNobodyHasClaimed() {
    taken(job("a"));
    clock.pass(Duration.ofSeconds(30));
    taken(job("b"));
    taken(job("c"));
    assertThat(get(store.backlog())).isEqualTo(new Backlog(3, Duration.ofSeconds(30), 0));

    begun();

    assertThat(get(store.backlog())).isEqualTo(new Backlog(2, Duration.ZERO, 1));
  }

  @Test
  void watchersOfAStoreThatClosesAreLetGo() {
    taken(job("a"));
    var watchers = Stream.generate(() -> watch("a", 0)).limit(3).toList();
    watchers.forEach(watcher -> watcher.awaitItems(1));

    store.close();

    watchers.forEach(AssertSubscriber::awaitCompletion);
  }
}
