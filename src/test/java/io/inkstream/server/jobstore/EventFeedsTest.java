package io.inkstream.server.jobstore;

import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventFeedsTest {
  private final EventFeeds feeds = new EventFeeds();

  @AfterEach
  void close() {
    feeds.close();
  }

  @Test
  void ofAJobThatIsDeletedBeforeItIsWatchedThereIsNothing() {
    var end = new StoredEvent(1, new EventBody("image.job.completed", new byte[] {'{', '}'}));
    feeds.tell("a", end);
    watch("a").assertItems(end).assertCompleted();

    feeds.forget("a");

    watch("a").assertHasNotReceivedAnyItem().assertCompleted();
  }

  private AssertSubscriber<StoredEvent> watch(String id) {
    return feeds.watch(id, 0).subscribe().withSubscriber(AssertSubscriber.create(1));
  }
}
