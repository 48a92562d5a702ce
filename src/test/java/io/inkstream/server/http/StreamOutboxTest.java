package io.inkstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.server.http.StreamOutbox.Kind;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StreamOutboxTest {
  private final Reader reader = new Reader();
  private final StreamOutbox outbox = open(Runnable::run);

  /// Takes frames as it is told to.
  private static final class Reader implements Flow.Subscriber<byte[]> {
    final List<String> taken = new ArrayList<>();
    Flow.Subscription subscription;
    volatile boolean completed;
    boolean fails;
    boolean failed;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void onNext(byte[] frame) {
      if (fails) {
        throw new OutOfMemoryError("as if");
      }
      taken.add(new String(frame, StandardCharsets.UTF_8));
    }

    @Override
    public void onError(Throwable failure) {
      assertThat(fails).isTrue();
      failed = true;
    }

    @Override
    public void onComplete() {
      completed = true;
    }

    void take(long frames) {
      subscription.request(frames);
    }
  }

  private StreamOutbox open(Executor executor) {
    var opened = new AtomicReference<StreamOutbox>();
    TakenChunks.of(emitter -> opened.set(outbox(emitter, executor)))
        .subscribe()
        .withSubscriber(reader);
    return opened.get();
  }

  private static StreamOutbox outbox(MultiEmitter<? super byte[]> emitter, Executor executor) {
    var outbox = new StreamOutbox(emitter, executor, frame("failure"));
    emitter.onTermination(outbox::close);
    return outbox;
  }

  private static Supplier<Chunks> frame(String text) {
    return () -> Chunks.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aReaderThatKeepsUpTakesEverythingInOrder() {
    reader.take(Long.MAX_VALUE);
    outbox.offer(Kind.STAGE, frame("queued"));
    outbox.offer(Kind.STEP, frame("step 1"));
    outbox.send(frame("partial"));
    outbox.offer(Kind.STEP, frame("step 2"));
    outbox.send(frame("completed"));
    outbox.end();

    assertThat(reader.taken).containsExactly("queued", "step 1", "partial", "step 2", "completed");
    assertThat(reader.completed).isTrue();
  }

  @Test
  void ofProgressASlowReaderGetsTheNewestAndPicturesAreKept() {
    // Given
    for (int step = 1; step <= 1000; step++) {
      outbox.offer(Kind.STEP, frame("step " + step));
      if (step % 250 == 0 && step < 1000) {
        outbox.send(frame("partial after " + step));
      }
    }
    outbox.send(frame("completed"));
    outbox.end();
    assertThat(reader.taken).isEmpty();

    // When
    reader.take(100);

    // Then
    assertThat(reader.taken)
        .containsExactly(
            "partial after 250",
            "partial after 500",
            "partial after 750",
            "step 1000",
            "completed");
    assertThat(reader.completed).isTrue();
  }

  @Test
  void aStageDoesNotReplaceAStep() {
    outbox.offer(Kind.STEP, frame("step 20"));
    outbox.offer(Kind.STAGE, frame("decoding"));
    reader.take(2);
    assertThat(reader.taken).containsExactly("step 20", "decoding");
  }

  @Test
  void whatIsReplacedIsNeverMade() {
    var made = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      outbox.offer(
          Kind.STEP,
          () -> {
            made.incrementAndGet();
            return Chunks.of(new byte[0]);
          });
    }
    reader.take(10);
    assertThat(made).hasValue(1);
  }

  @Test
  void theStreamEndsOnlyWhenTheLastFrameIsTaken() {
    outbox.send(frame("completed"));
    outbox.end();
    assertThat(reader.completed).isFalse();
    reader.take(1);
    assertThat(reader.completed).isTrue();
  }

  @Test
  void aReaderThatIsGoneLeavesNothingBehind() {
    outbox.send(frame("partial"));
    outbox.close();
    outbox.send(frame("completed"));
    reader.take(10);
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(reader.taken).isEmpty();
  }

  @Test
  void aFrameThatCannotBeMadeEndsTheStreamWithTheFailure() {
    reader.take(10);
    outbox.send(() -> {
      throw new IllegalStateException("as if");
    });
    outbox.send(frame("completed"));
    assertThat(reader.taken).containsExactly("failure");
    assertThat(reader.completed).isTrue();
  }

  @Test
  void aLargeFrameGoesInChunksAsTheReaderTakesThem() {
    // Given
    byte[] file = new byte[200_000];
    new Random(1).nextBytes(file);
    outbox.send(() -> new Chunks(List.of(new Chunks.File(file))));
    outbox.offer(Kind.STEP, frame("step"));

    // When
    reader.take(1);

    // Then
    assertThat(reader.taken.getFirst()).hasSizeLessThan(70_000);
    assertThat(outbox.isEmpty()).isFalse();
    reader.take(100);
    assertThat(reader.taken.removeLast()).isEqualTo("step");
    assertThat(Base64.getDecoder().decode(String.join("", reader.taken))).isEqualTo(file);
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void aReaderIsStalledWhileItHasNotTakenWhatItWasGiven() {
    reader.take(1);
    assertThat(outbox.isStalledFor(Duration.ZERO)).isFalse(); // it waits for us

    outbox.send(frame("first"));

    assertThat(outbox.isStalledFor(Duration.ZERO)).isTrue();
    assertThat(outbox.isStalledFor(Duration.ofHours(1))).isFalse();
    reader.take(1);
    assertThat(outbox.isStalledFor(Duration.ZERO)).isFalse();
  }

  @Test
  void aReaderThatIsGoneHearsOfNoFailure() {
    reader.take(1);
    outbox.close();
    outbox.fail(new IllegalStateException("as if"));
    assertThat(reader.failed).isFalse();
  }

  @Test
  void anErrorOnTheWayBreaksTheAnswerOffAndIsNotKept() {
    reader.fails = true;
    reader.take(10);
    outbox.send(frame("completed"));
    assertThat(reader.failed).isTrue();
    outbox.send(frame("more"));
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void whoOffersDoesNotWaitForTheFrameToBeMade() throws InterruptedException {
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      // Given
      var gate = new CountDownLatch(1);
      StreamOutbox slow = open(executor);
      reader.take(10);

      // When
      slow.send(() -> {
        await(gate);
        return Chunks.of("first".getBytes(StandardCharsets.UTF_8));
      });
      slow.send(frame("second"));
      slow.end();

      // Then
      assertThat(reader.taken).isEmpty();
      gate.countDown();
      executor.shutdown();
      assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(reader.taken).containsExactly("first", "second");
      assertThat(reader.completed).isTrue();
    }
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
