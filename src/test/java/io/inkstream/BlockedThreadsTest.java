package io.inkstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BlockedThreadsTest {
  @Test
  void aBlockedEventLoopIsNamedWithWhatItDoes() throws Exception {
    // Given
    var watch = new BlockedThreads.Watch();
    var options =
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
            .setMaxEventLoopExecuteTime(200)
            .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS)
            .setWarningExceptionTime(100)
            .setBlockedThreadCheckInterval(100);
    Vertx vertx = Vertx.vertx(options);
    var end = new CountDownLatch(1);
    var said = new StringBuilder();

    // When
    try {
      vertx.runOnContext(nothing -> await(end));
      Await.until("the blocked thread is said", () -> !said.append(watch.take()).isEmpty());
    } finally {
      end.countDown();
      vertx.close().toCompletionStage().toCompletableFuture().join();
      watch.close();
    }

    // Then
    assertThat(said.toString())
        .contains("vert.x-eventloop-thread-0", "time limit is 200 ms", "BlockedThreadsTest.await");
    var _ = BlockedThreads.WATCH.take(); // what this test has done is none of the others' doing
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
