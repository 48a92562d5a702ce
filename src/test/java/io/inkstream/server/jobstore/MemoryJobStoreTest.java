package io.inkstream.server.jobstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryJobStoreTest extends JobStoreContract {
  @Override
  JobStore open(StoreRules rules) {
    return SqliteJobStore.inMemory(rules, clock);
  }

  @Test
  void whatIsLostWithTheProcessEndsAsInterrupted() {
    taken(job("a"));
    taken(job("b"));
    var running = watch(begun().id(), 0);
    var waiting = watch("b", 0);

    store.close();

    for (var watcher :
        new io.smallrye.mutiny.helpers.test.AssertSubscriber<?>[] {running, waiting}) {
      watcher.awaitCompletion();
    }
    assertThat(types(running)).endsWith("image.job.interrupted");
    assertThat(types(waiting)).endsWith("image.job.interrupted");
  }
}
