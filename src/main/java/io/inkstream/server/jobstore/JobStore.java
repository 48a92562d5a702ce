package io.inkstream.server.jobstore;

import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Keeps jobs from the moment they are accepted until they are forgotten, for all processes that
/// share it: any accepts, any claims, any watches.
///
/// Every call returns at once, begins at once, and does what it does whether or not anybody waits
/// for it. Stages complete on a thread of the store's, which must not be held up; they fail with a
/// [JobStoreException] where the store cannot. An accepted job is never lost: it is drawn at least
/// once and has exactly one last event. What is promised in detail, and how stores do it, is in
/// `docs/design/job-store.md`.
public interface JobStore extends AutoCloseable {
  // What clients ask.

  /// Takes a job, unless one of its id or key is kept. When the stage completes, the job is as safe
  /// as the store makes anything.
  CompletionStage<Acceptance> accept(NewJob job);

  CompletionStage<Lookup> find(String id);

  CompletionStage<List<StoredJob>> list(Listing wanted);

  /// Where waiting jobs stand; those that do not wait are not in it. May be a second old.
  CompletionStage<Map<String, Place>> places(Collection<String> ids, LaneOrder order);

  /// Ends a job that nobody has claimed; asks whoever holds it to end it ([Signal.Cancelling]).
  ///
  /// @return the job as it was before: if it had ended, nothing has changed
  CompletionStage<Lookup> cancel(String id);

  /// Forgets a job that has ended.
  ///
  /// @return the job as it was before: if it had not ended, nothing has changed
  CompletionStage<Lookup> delete(String id);

  /// The events of a job: those still kept after a number, then what comes, to the last. Each
  /// watcher takes them at its own pace, and misses the oldest if it is too slow for what is kept.
  /// Completes after the last event; of an unknown job at once; when the store closes, without a
  /// last event. An event is one value for all its watchers.
  ///
  /// @param after 0: all
  Multi<StoredEvent> events(String id, long after);

  // What those who draw ask.

  /// Takes the next waiting job for a process, if one waits. The claim holds as long as the process
  /// lives and, in a store that processes share, renews it.
  CompletionStage<Optional<Claim>> claim(String holder, LaneOrder order);

  /// The drawing begins.
  ///
  /// @return [Hold#LOST]: do not
  CompletionStage<Hold> begin(Claim claim);

  /// Keeps the claim, and says what has come of it meanwhile. To be asked every [#renewalInterval].
  CompletionStage<Hold> renew(Claim claim);

  /// Tells watchers how far the drawing is. Not kept beyond what watchers may ask again.
  ///
  /// @param progress 0 to 99
  void tell(Claim claim, int progress, EventBody event);

  /// Ends a claimed job, and tells its watchers.
  ///
  /// @return whether it ended so; not if the claim was lost
  CompletionStage<Boolean> end(Claim claim, JobEnd end);

  /// Lets a claimed job wait again, in its old place; if its drawing has begun as often as
  /// [StoreRules#tries] says, it fails instead.
  ///
  /// @param error why, as JSON of what OpenAI's error object holds: the job's error if it fails;
  ///   empty: its process stops, and the try does not count
  CompletionStage<Void> giveBack(Claim claim, Optional<String> error);

  /// For all who draw in this process, until the store closes.
  Multi<Signal> signals();

  /// How often a claim is to be renewed.
  Duration renewalInterval();

  // What is asked of the store itself.

  /// `memory`, `disk` or `redis`.
  String kind();

  /// Whether other processes claim from it, too.
  boolean isShared();

  CompletionStage<Backlog> backlog();

  /// Forgets what is too old or too much; in a store that processes share, takes up what a process
  /// that has died held.
  CompletionStage<Void> sweep();

  /// Ends what would be lost with this process, as interrupted, and completes all [#events] and
  /// [#signals]. What is kept elsewhere waits there.
  @Override
  void close();
}
