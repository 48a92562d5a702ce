package io.inkstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapShareTest {
  private final HeapShare share = new HeapShare(100);
  private final List<String> evicted = new ArrayList<>();
  private final HeapShare.Holder first = () -> evicted.add("first");
  private final HeapShare.Holder second = () -> evicted.add("second");
  private final HeapShare.Holder third = () -> evicted.add("third");

  @Test
  void whoHasWaitedLongestGoesWhenThereIsNoMoreRoom() {
    assertThat(share.take(first, 40)).isTrue();
    assertThat(share.take(second, 40)).isTrue();
    assertThat(share.take(first, 10)).isTrue();
    assertThat(evicted).isEmpty();

    assertThat(share.take(third, 30)).isTrue();

    assertThat(evicted).containsExactly("first");
    assertThat(share.held()).isEqualTo(70);
  }

  @Test
  void whoHasGotOnWaitsTheShortest() {
    share.take(first, 40);
    share.take(second, 40);
    share.give(first, 10);

    share.take(third, 40);

    assertThat(evicted).containsExactly("second");
    assertThat(share.held()).isEqualTo(70);
  }

  @Test
  void whatIsInUseStaysAndTheNewcomerIsRefused() {
    share.take(first, 80);
    share.keep(first);
    share.take(second, 10);

    assertThat(share.take(third, 30)).isFalse();

    assertThat(evicted).isEmpty();
    assertThat(share.held()).isEqualTo(90);
    share.release(first);
    assertThat(share.take(third, 30)).isTrue();
  }

  @Test
  void nobodyGoesForOneWhoCanNeverHaveRoom() {
    share.take(first, 80);

    assertThat(share.take(second, 101)).isFalse();

    assertThat(evicted).isEmpty();
  }

  @Test
  void whatIsReleasedTwiceCountsOnce() {
    share.take(first, 80);
    share.release(first);
    share.release(first);
    share.give(first, 5);

    assertThat(share.held()).isZero();
  }
}
