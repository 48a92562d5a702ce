package io.inkstream.server.replicas;

import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.server.jobs.ReplicaState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Which replica draws what: a drawing has a place at one until its last pixels are there. Safe for
/// any thread.
final class ReplicaPlaces {
  private static final Logger LOG = Logger.getLogger(ReplicaPlaces.class);

  private final List<Replica> replicas;
  private final int each;

  /// @param each drawings of one replica at once
  ReplicaPlaces(List<Replica> replicas, int each) {
    this.replicas = List.copyOf(replicas);
    this.each = each;
  }

  /// A place at the replica that has the least to do; of those that have as little, at the one that
  /// has begun the fewest drawings: so all of them are warmed up and tried in turn. Waits for one,
  /// and takes more at replicas that have nothing to do, if there are any.
  ///
  /// @param most places
  /// @return one or more
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  /// @throws LostDeviceException if no replica is left
  List<ReplicaPlace> take(int most, CancellationSignal signal) {
    try (var _ = signal.onCancel(this::wake)) {
      return await(most, signal);
    }
  }

  private synchronized List<ReplicaPlace> await(int most, CancellationSignal signal) {
    while (true) {
      signal.throwIfCancelled();
      requireOne();
      var free = inTurn().filter(replica -> replica.drawing < each).findFirst();
      if (free.isPresent()) {
        var first = begin(free.get());
        return Stream.concat(Stream.of(first), idle(most - 1)).toList();
      }
      waitForChange();
    }
  }

  private Stream<ReplicaPlace> idle(int most) {
    return inTurn().filter(replica -> replica.drawing == 0).limit(most).map(this::begin);
  }

  private synchronized void wake() {
    notifyAll();
  }

  private void waitForChange() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while all replicas draw", e);
    }
  }

  private Stream<Replica> inTurn() {
    return left()
        .sorted(
            Comparator.<Replica>comparingInt(replica -> replica.drawing)
                .thenComparingLong(replica -> replica.begun));
  }

  private ReplicaPlace begin(Replica replica) {
    replica.drawing++;
    replica.begun++;
    return new ReplicaPlace(this, replica);
  }

  synchronized void give(Replica replica) {
    replica.drawing--;
    notifyAll();
  }

  /// Takes a replica out, for good.
  synchronized void lose(Replica replica, LostDeviceException why) {
    if (replica.lost.isEmpty()) {
      replica.lost = Optional.of(why);
      say(why, left().count());
      notifyAll();
    }
  }

  private void say(LostDeviceException why, long left) {
    LOG.errorf(
        "%s; %d of %d replicas are left%s",
        why.getMessage(), left, replicas.size(), left == 0 ? ": nothing is drawn any more" : "");
  }

  /// The first that is left.
  ///
  /// @throws LostDeviceException if none is
  synchronized Replica first() {
    return requireOne();
  }

  private Replica requireOne() {
    return left().findFirst().orElseThrow(() -> replicas.getLast().lost.orElseThrow());
  }

  private Stream<Replica> left() {
    return replicas.stream().filter(replica -> replica.lost.isEmpty());
  }

  /// Those that are not lost.
  synchronized List<Replica> working() {
    return left().toList();
  }

  /// How many drawings are made at once, at least one: if all replicas are lost, it is told so.
  synchronized int count() {
    return each * Math.max(1, (int) left().count());
  }

  synchronized List<ReplicaState> states() {
    return replicas.stream().map(Replica::state).toList();
  }
}
