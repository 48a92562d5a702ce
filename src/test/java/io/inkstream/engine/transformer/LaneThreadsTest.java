package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneThreadsTest {
  private final LaneThreads threads = new LaneThreads();

  @Test
  void theNextRequestHasTheThreadOfTheOneBefore() {
    LaneThread first = threads.take(0);
    Thread ran = running(first);
    first.leave();

    assertThat(running(threads.take(0))).isSameAs(ran);
    assertThat(running(threads.take(0))).as("another at once").isNotSameAs(ran);
    assertThat(running(threads.take(1))).as("of another card").isNotSameAs(ran);
  }

  @Test
  void theyEndWithTheirModel() throws InterruptedException {
    LaneThread left = threads.take(0);
    LaneThread kept = threads.take(0);
    Thread ofLeft = running(left);
    Thread ofKept = running(kept);

    left.leave();
    threads.close();
    ofLeft.join();
    assertThat(ofKept.isAlive()).isTrue();
    kept.leave();
    ofKept.join();
    assertThat(ofKept.isAlive()).isFalse();
  }

  private static Thread running(LaneThread thread) {
    return thread.begin(Thread::currentThread).get();
  }
}
