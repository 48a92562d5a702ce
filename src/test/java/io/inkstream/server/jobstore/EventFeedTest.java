package io.inkstream.server.jobstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventFeedTest {
  private static final int EVENTS = 100;

  @Test
  void aWatcherThatAsksForMoreWhileItTakesIsNotGivenMoreThanItAskedFor() {
    // Given
    var feed = new EventFeed(Runnable::run);
    LongStream.rangeClosed(1, EVENTS).mapToObj(EventFeedTest::event).forEach(feed::add);
    var watcher = new AssertSubscriber<StoredEvent>(2);

    // When: what merges streams asks so, until those who read fall behind
    Multi.createFrom()
        .<StoredEvent>emitter(emitter -> feed.watch(0, emitter), BackPressureStrategy.ERROR)
        .onItem()
        .invoke(event -> ask(watcher, event))
        .subscribe()
        .withSubscriber(watcher);

    // Then
    watcher.assertNotTerminated();
    assertThat(watcher.getItems()).extracting(StoredEvent::number).containsExactly(1L, 2L, 3L);
    watcher.request(EVENTS).assertCompleted();
    assertThat(watcher.getItems()).hasSize(EVENTS);
  }

  private static void ask(AssertSubscriber<StoredEvent> watcher, StoredEvent event) {
    if (event.number() == 1) {
      watcher.request(1);
    }
  }

  private static StoredEvent event(long number) {
    String type = number < EVENTS ? "image.job.progress" : "image.job.completed";
    return new StoredEvent(number, new EventBody(type, new byte[] {'{', '}'}));
  }
}
