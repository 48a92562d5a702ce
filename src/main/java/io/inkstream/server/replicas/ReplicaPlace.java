package io.inkstream.server.replicas;

import io.inkstream.server.jobs.ImageGenerator;
import java.util.concurrent.atomic.AtomicBoolean;

/// A drawing's place at a replica. Whoever has it closes it; once more does nothing.
final class ReplicaPlace implements AutoCloseable {
  private final ReplicaPlaces places;
  private final Replica replica;
  private final AtomicBoolean given = new AtomicBoolean();

  ReplicaPlace(ReplicaPlaces places, Replica replica) {
    this.places = places;
    this.replica = replica;
  }

  Replica replica() {
    return replica;
  }

  ImageGenerator generator() {
    return replica.generator();
  }

  @Override
  public void close() {
    if (given.compareAndSet(false, true)) {
      places.give(replica);
    }
  }
}
