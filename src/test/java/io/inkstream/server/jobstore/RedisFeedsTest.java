package io.inkstream.server.jobstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisFeedsTest {
  private final RedisFeeds feeds = new RedisFeeds(() -> {});

  @AfterEach
  void close() {
    feeds.close();
  }

  @Test
  void whoComesWhileTheReaderAsksForAnotherHearsAllFromTheBeginning() {
    // Given
    var first = watch(100);
    feeds.read("a", RedisFeeds.BEGINNING, entries(1, 2));
    String asked = feeds.places().get("a");

    // When
    first.cancel();
    var second = watch(100);
    feeds.read("a", asked, entries(3));

    // Then
    assertThat(feeds.places()).containsEntry("a", RedisFeeds.BEGINNING);
    feeds.read("a", RedisFeeds.BEGINNING, entries(1, 2, 3));
    second.awaitItems(3);
    assertThat(second.getItems()).extracting(StoredEvent::number).isSorted();
  }

  @Test
  void whoLeavesAJobThatHasEndedLeavesTheOneThatHasItsIdNow() {
    // Given
    var slow = watch(0);
    feeds.read("a", RedisFeeds.BEGINNING, entries(1));
    feeds.lose("a");
    var other = watch(100);

    // When
    slow.cancel();

    // Then
    feeds.read("a", RedisFeeds.BEGINNING, entries(5));
    other.awaitItems(1);
  }

  private AssertSubscriber<StoredEvent> watch(int most) {
    return feeds.watch("a", 0).subscribe().withSubscriber(AssertSubscriber.create(most));
  }

  private static Response entries(int... numbers) {
    var entries = MultiType.create(numbers.length, false);
    for (int number : numbers) {
      var entry = MultiType.create(2, false);
      entry.add(text(number + "-0"));
      entry.add(fields("type", JobEvents.PROGRESS, "data", "{}"));
      entries.add(entry);
    }
    return entries;
  }

  private static Response fields(String... words) {
    var fields = MultiType.create(words.length, true);
    Stream.of(words).map(RedisFeedsTest::text).forEach(fields::add);
    return fields;
  }

  private static Response text(String text) {
    return BulkType.create(Buffer.buffer(text), false);
  }
}
