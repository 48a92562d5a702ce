package io.inkstream.server.claims;

import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobstore.Acceptance;
import io.inkstream.server.jobstore.JobStore;
import io.inkstream.server.jobstore.Lane;
import io.inkstream.server.jobstore.LaneOrder;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.NewJob;
import io.inkstream.server.jobstore.Place;
import io.inkstream.server.jobstore.StoredEvent;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Where jobs are handed in and asked for. Safe for any thread; no method waits.
public final class JobDesk {
  // No policy's claim is so small.
  private static final double BEHIND_ALL = 1e15;
  private static final Duration ROOM = Duration.ofSeconds(5);

  private final JobStore store;
  private final JobQueue queue;

  public JobDesk(JobStore store, JobQueue queue) {
    this.store = store;
    this.queue = queue;
  }

  public JobStore store() {
    return store;
  }

  /// Hands a job in.
  ///
  /// @param id a name of ours, or one that the client chose
  /// @param key under which the client may ask again
  /// @param fingerprint of what was asked
  /// @throws RuntimeException as [JobQueue#appraise]
  public CompletionStage<Acceptance> accept(
      String id,
      Optional<String> key,
      String fingerprint,
      JobRequest request,
      Optional<Instant> deadline) {
    double work = queue.appraise(request.order());
    return store.accept(new NewJob(id, key, fingerprint, request.toPayload(), work, deadline));
  }

  /// The job when nothing more happens to it; as it is, if the store closes before.
  public Uni<Lookup> ended(String id) {
    return store
        .events(id, 0)
        .select()
        .where(StoredEvent::isLast)
        .toUni()
        .chain(last -> Uni.createFrom().completionStage(() -> store.find(id)));
  }

  /// Hands a job in that is drawn when nobody else waits: see [NewJob].
  public CompletionStage<Acceptance> acceptBehind(
      String id, String fingerprint, JobRequest request) {
    double work = queue.appraise(request.order());
    return store.accept(
        new NewJob(
            id, Optional.empty(), fingerprint, request.toPayload(), work, Optional.empty(), true));
  }

  /// Whose turn it is, by this server's policy and pace.
  public LaneOrder order() {
    return (lane, waited) ->
        Lane.isBehind(lane)
            ? waited.toSeconds() - BEHIND_ALL
            : queue.claim(Lane.work(lane), waited);
  }

  /// The same for who claims: of those behind none, while others wait here.
  LaneOrder claiming() {
    boolean free = queue.queued() == 0;
    LaneOrder order = order();
    return (lane, waited) -> free || !Lane.isBehind(lane) ? order.claim(lane, waited) : Double.NaN;
  }

  /// When a waiting job will be begun, if this server draws all that is before it.
  public Duration untilStart(Place place) {
    return queue.untilStart(place.workAhead());
  }

  /// When there may be room for another.
  public Duration untilRoom() {
    return ROOM;
  }
}
