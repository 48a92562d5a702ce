package io.inkstream.engine.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CancellationSignalTest {
  private final CancellationSignal signal = new CancellationSignal();
  private final List<String> heard = new ArrayList<>();

  @Test
  void whoListensHearsOnce() {
    signal.onCancel(() -> heard.add("first"));
    signal.onCancel(() -> heard.add("second"));
    assertThat(heard).isEmpty();

    signal.cancel();
    signal.cancel();

    assertThat(heard).containsExactly("first", "second");
    assertThat(signal.isCancelled()).isTrue();
  }

  @Test
  void whoComesLateHearsAtOnce() {
    signal.cancel();

    signal.onCancel(() -> heard.add("late"));

    assertThat(heard).containsExactly("late");
  }

  @Test
  void whoHasLeftHearsNothing() {
    Runnable listener = () -> heard.add("gone");
    signal.onCancel(listener).close();

    signal.cancel();

    assertThat(heard).isEmpty();
  }

  @Test
  void anyThreadMayAskWhileAListenerWaitsForIt() {
    List<Boolean> answers = new ArrayList<>();
    signal.onCancel(() -> answers.add(answerOfAnotherThread()));

    signal.cancel();

    assertThat(answers).containsExactly(true);
  }

  private boolean answerOfAnotherThread() {
    return CompletableFuture.supplyAsync(signal::isCancelled).orTimeout(30, SECONDS).join();
  }

  @Test
  void whoLeavesWaitsForTheListenerThatRuns() throws InterruptedException {
    // Given
    var runs = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    var registration =
        signal.onCancel(() -> {
          runs.countDown();
          uninterruptibly(goesOn);
          heard.add("ran");
        });
    var cancelling = Thread.ofPlatform().start(signal::cancel);
    runs.await();

    // When
    var leaving =
        Thread.ofPlatform()
            .start(() -> {
              registration.close();
              heard.add("left");
            });
    Await.until("it waits", () -> leaving.getState() == Thread.State.BLOCKED);
    goesOn.countDown();
    leaving.join();
    cancelling.join();

    // Then
    assertThat(heard).containsExactly("ran", "left");
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void workEndsOnlyWhenCancelled() {
    assertThatNoException().isThrownBy(signal::throwIfCancelled);

    signal.cancel();

    assertThatThrownBy(signal::throwIfCancelled).isInstanceOf(CancelledException.class);
  }
}
