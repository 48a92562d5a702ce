package io.inkstream.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDitKey;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.StepsComputationMask;
import io.inkstream.engine.cache.StepsComputationPolicy;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.Admitted;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.CountedPrediction;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.PictureRecord;
import io.inkstream.server.refusal.Refusals;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobQueueTest {
  private final Vertx vertx = Vertx.vertx();
  private final ModelSlot model = new ModelSlot();
  private final Painter painter = new Painter();
  private final BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private JobQueue queue;

  @BeforeEach
  void openQueue() {
    queue =
        new JobQueue(
            vertx,
            model,
            new QueueSettings(1, 2, QueuePolicy.FIFO),
            new PictureRecord("a-model", "1"),
            this::write);
  }

  @AfterEach
  void closeAll() {
    painter.gate.countDown();
    queue.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /// Draws nothing: waits at its gate, or for its cancellation.
  private static final class Painter extends StandInGenerator {
    final CountedPrediction prediction = new CountedPrediction(2);
    final CountDownLatch gate = new CountDownLatch(1);
    final List<String> drawn = new CopyOnWriteArrayList<>();
    final AtomicReference<String> thread = new AtomicReference<>();
    volatile @Nullable RuntimeException failure;
    volatile boolean onWorker;
    volatile boolean closed;

    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      thread.set(Thread.currentThread().getName());
      onWorker = Context.isOnWorkerThread() && !Context.isOnEventLoopThread();
      Await.until("gate or cancel", () -> gate.getCount() == 0 || signal.isCancelled());
      signal.throwIfCancelled();
      String prompt = admitted.request().texts().prompts().getFirst();
      if (failure != null) {
        throw failure;
      }
      if (prompt.equals("fail")) {
        throw new OutOfMemoryError("as if");
      }
      var reused = new CacheDecision.Reuse(OptionalDouble.of(0.125));
      listener.accept(new DrawingEvent.StageBegan(Stage.DENOISING));
      listener.accept(new StepMade(1, 1, List.of(), List.of(reused), Optional.empty(), prediction));
      listener.accept(new DrawingEvent.StageBegan(Stage.DECODING));
      listener.accept(new CacheUsed(new CacheStats("a name", 1, List.of()), 1));
      drawn.add(prompt);
      var pixels = new Pixels(64, 64, new byte[3 * 64 * 64]);
      return List.of(finish.apply(new GeneratedImage(0, prompt, 42, pixels)));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void eventsTellWhatTheCacheDid() throws InterruptedException {
    // Given
    modelReady();
    painter.gate.countDown();

    // When
    queue.submit(request("a"), events::add);

    // Then
    assertThat(((JobEvent.StepMade) next()).cache())
        .containsExactly(new CacheDecision.Reuse(OptionalDouble.of(0.125)));
    assertThat(((JobEvent.Completed) next()).drawn().cache())
        .isEqualTo(Optional.of(new CacheSummary("a name", 1, 0, 1)));
  }

  @Test
  void jobsRunOnAWorkerThreadEvenWhenSubmittedOnTheEventLoop() throws InterruptedException {
    // Given
    modelReady();
    painter.gate.countDown();

    // When
    vertx.runOnContext(ignored -> queue.submit(request("a"), events::add));

    // Then
    assertThat(next()).isInstanceOf(JobEvent.StepMade.class);
    assertThat(next()).isInstanceOf(JobEvent.Completed.class);
    assertThat(painter.thread.get()).startsWith("inkstream-job");
    assertThat(painter.onWorker).isTrue();
  }

  @Test
  void jobsRunInOrderOfArrivalOneAtATime() throws InterruptedException {
    modelReady();
    for (String prompt : List.of("a", "b", "c")) {
      queue.submit(request(prompt), events::add);
    }
    assertThat(queue.running()).isEqualTo(1);
    assertThat(queue.queued()).isEqualTo(2);

    painter.gate.countDown();

    for (int event = 0; event < 6; event++) {
      next();
    }
    assertThat(painter.drawn).containsExactly("a", "b", "c");
    awaitIdle();
  }

  @Test
  void whileALastPictureIsMadeAFileAndToldOfTheNextIsDrawn() {
    // Given
    modelReady();
    painter.gate.countDown();
    var readers = new Semaphore(0);
    Consumer<JobEvent> slow =
        event -> {
          if (event instanceof JobEvent.Completed) {
            readers.acquireUninterruptibly();
          }
        };

    // When
    List.of("a", "b", "c").forEach(prompt -> queue.submit(request(prompt), slow));

    // Then
    Await.until("two are being told of", () -> readers.getQueueLength() == 2);
    assertThat(painter.drawn).as("no third one is begun").containsExactly("a", "b");
    assertThat(queue.running()).isEqualTo(2);
    assertThat(queue.queued()).isEqualTo(1);
    readers.release(3);
    awaitIdle();
    assertThat(painter.drawn).containsExactly("a", "b", "c");
  }

  @Test
  void aFullQueueRefusesWithATimeToComeAgain() {
    modelReady();
    for (int i = 0; i < 3; i++) {
      queue.submit(request("a"), events::add);
    }
    assertThatThrownBy(() -> queue.submit(request("d"), events::add))
        .isInstanceOfSatisfying(
            QueueFullException.class, e -> assertThat(e.retryAfter()).isPositive());
  }

  @Test
  void whatIsDrawnNowIsBeforeWhateverWaits() {
    // Given
    modelReady();
    assertThat(queue.untilStart(0)).as("nothing is drawn").isZero();
    double work = queue.appraise(request("running", 20));

    // When
    queue.submit(request("running", 20), event -> {});
    Await.until("it runs", () -> queue.running() == 1);

    // Then
    assertThat(queue.untilStart(0)).isEqualTo(queue.expected(work)).isPositive();
    assertThat(queue.untilStart(work)).isEqualTo(queue.expected(work).multipliedBy(2));
  }

  @Test
  void aQueuedJobIsCancelledWithoutRunning() throws InterruptedException {
    modelReady();
    queue.submit(request("a"), event -> {});
    ImageJob second = queue.submit(request("b"), events::add);

    second.cancel();

    assertThat(next()).isInstanceOf(JobEvent.Cancelled.class);
    assertThat(second.state())
        .isInstanceOfSatisfying(
            JobState.Ended.class,
            ended -> assertThat(ended.how()).isInstanceOf(JobEvent.Cancelled.class));
    assertThat(queue.queued()).isZero();
    assertThat(queue.running()).isEqualTo(1);
  }

  @Test
  void aCancelledJobFreesItsWorkerForTheNext() throws InterruptedException {
    modelReady();
    ImageJob first = queue.submit(request("a"), events::add);
    Await.until("it runs", () -> first.state() instanceof JobState.Running);
    ImageJob second = queue.submit(request("b"), event -> {});

    first.cancel();

    assertThat(next()).isInstanceOf(JobEvent.Cancelled.class);
    Await.until("the next runs", () -> second.state() instanceof JobState.Running);
  }

  @Test
  void aFailureIsToldAndTheNextJobRuns() throws InterruptedException {
    modelReady();
    painter.gate.countDown();
    ImageJob failing = queue.submit(request("fail"), events::add);
    queue.submit(request("b"), events::add);

    assertThat(next())
        .isInstanceOfSatisfying(
            JobEvent.Failed.class,
            failed -> {
              assertThat(failed.cause()).isInstanceOf(OutOfMemoryError.class);
              assertThat(failed.cause()).hasMessage("as if");
            });
    assertThat(next()).isInstanceOf(JobEvent.StepMade.class);
    assertThat(next()).isInstanceOf(JobEvent.Completed.class);
    assertThat(failing.state())
        .isInstanceOfSatisfying(
            JobState.Ended.class,
            ended -> assertThat(ended.how()).isInstanceOf(JobEvent.Failed.class));
  }

  @Test
  void aWatcherHearsOfAJobFromItsAdmissionToItsEnd() throws InterruptedException {
    modelReady();
    painter.gate.countDown();
    queue.submit(request("a"), events::add);
    next();
    next();

    Await.until("its end is heard", () -> seen.contains("ended Completed"));
    assertThat(seen)
        .containsExactly(
            "admitted REQUEST",
            "started",
            "begins DENOISING",
            "step 1",
            "ends DENOISING",
            "begins DECODING",
            "ends DECODING",
            "ended Completed");
  }

  @Test
  void aWatcherHearsOfFailuresCancellationsAndRefusals() {
    assertThatThrownBy(() -> queue.submit(request("a"), events::add)).isNotNull();
    modelReady();
    ImageJob first = queue.submit(request("a"), events::add);
    ImageJob waiting = queue.submit(request("b"), events::add);
    queue.submit(request("c"), events::add);
    assertThatThrownBy(() -> queue.submit(request("d"), events::add)).isNotNull();
    waiting.cancel();
    first.cancel();
    queue.drain();
    assertThatThrownBy(() -> queue.submit(request("e"), events::add)).isNotNull();

    Await.until("both ends are heard", () -> count("ended Cancelled") == 2);
    assertThat(seen)
        .contains("REQUEST refused: model_not_ready")
        .contains("REQUEST refused: queue_full")
        .contains("REQUEST refused: draining");
  }

  @Test
  void eventsAreNumberedAndTheirTimesDoNotGoBack() {
    // Given
    modelReady();
    painter.gate.countDown();
    List<JobEvent> heard = new CopyOnWriteArrayList<>();
    // When
    ImageJob job = queue.submit(request("a"), heard::add);
    Await.until("it has ended", () -> job.state() instanceof JobState.Ended);
    queue.close();
    // Then
    assertThat(heard.stream().map(event -> event.stamp().number()))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(heard.stream().map(event -> event.stamp().age())).isSorted();
    assertThat(heard).allMatch(event -> event.stamp().job().equals(job.ticket()));
    assertThat(heard.stream().filter(JobEvent.End.class::isInstance)).hasSize(1);
  }

  @Test
  void whoComesLaterHearsWhatHappenedAndTheEnd() {
    // Given
    modelReady();
    ImageJob job = queue.submit(request("a"), event -> {});
    Await.until("it is told that it runs", () -> seen.contains("started"));
    List<JobEvent> during = new CopyOnWriteArrayList<>();
    List<JobEvent> after = new CopyOnWriteArrayList<>();
    List<JobEvent> gone = new CopyOnWriteArrayList<>();
    JobReader leaver = JobReader.of(gone::add);
    // When
    job.subscribe(JobReader.of(during::add));
    job.subscribe(leaver);
    job.unsubscribe(leaver);
    painter.gate.countDown();
    queue.finish(Duration.ofMinutes(1));
    job.subscribe(JobReader.of(after::add));
    // Then: the step is told as it happens, and is forgotten after the end
    assertThat(during.stream().map(event -> event.stamp().number()))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(after.stream().map(event -> event.stamp().number()))
        .containsExactly(1, 2, 3, 5, 6, 7, 8);
    assertThat(gone.stream().map(event -> event.stamp().number())).containsExactly(1, 2);
  }

  @Test
  void twoReadersOfAJobShareOneDecodingAndOneFile() throws InterruptedException {
    // Given
    modelReady();
    BlockingQueue<JobEvent> others = new LinkedBlockingQueue<>();
    ImageJob job =
        queue.submit(request("a"), JobKind.REQUEST, wanting(EnumSet.of(View.SMALL), events));
    job.subscribe(wanting(EnumSet.of(View.SMALL, View.SKETCH), others));
    // When
    painter.gate.countDown();
    queue.finish(Duration.ofMinutes(1));
    // Then
    var one = (JobEvent.StepMade) next();
    var other = (JobEvent.StepMade) next(others);
    assertThat(painter.prediction.asked())
        .containsExactly("sketch 0", "sketch 1", "small 0", "small 1");
    var encoder = ImageFormat.JPEG.encoder(OptionalInt.empty());
    assertThat(one.pictures().get(View.SMALL).get(1).file(encoder))
        .isSameAs(other.pictures().get(View.SMALL).get(1).file(encoder));
  }

  @Test
  void nothingIsDecodedThatNobodyWants() throws InterruptedException {
    modelReady();
    painter.gate.countDown();
    queue.submit(request("a"), events::add);
    assertThat(((JobEvent.StepMade) next()).pictures()).isEmpty();
    queue.finish(Duration.ofMinutes(1));
    assertThat(painter.prediction.asked()).isEmpty();
  }

  @Test
  void shortJobsPassLongOnesAndPositionsSaySo() throws InterruptedException {
    // Given
    queue.close();
    queue =
        new JobQueue(
            vertx,
            model,
            new QueueSettings(1, 9, QueuePolicy.SHORTEST_FIRST),
            new PictureRecord("a-model", "1"),
            event -> {});
    modelReady();
    ImageJob running = queue.submit(request("running"), events::add);

    // When
    ImageJob slow = queue.submit(request("slow", 9999), events::add);
    ImageJob fast = queue.submit(request("fast", 2), events::add);

    // Then
    assertThat(queue.position(running)).isZero();
    assertThat(queue.position(fast)).isEqualTo(1);
    assertThat(queue.position(slow)).isEqualTo(2);
    // Drawn to its end, it would teach the queue how fast this machine is, for which both are
    // short.
    running.cancel();
    painter.gate.countDown();
    Await.until("both are drawn", () -> painter.drawn.size() == 2);
    assertThat(painter.drawn).containsExactly("fast", "slow");
  }

  @Test
  void ofTwoJobsTheOneThatACachesMaskShortensComesFirst() {
    // Given
    queue.close();
    queue =
        new JobQueue(
            vertx,
            model,
            new QueueSettings(1, 9, QueuePolicy.SHORTEST_FIRST),
            new PictureRecord("a-model", "1"),
            event -> {});
    modelReady();
    queue.submit(request("running"), events::add);
    int steps = 9999;
    var cache =
        DBCacheConfig.sglangDefaults()
            .with(new StepsComputationMask("1" + "0".repeat(steps - 1)))
            .with(CacheDitKey.SCM_POLICY, StepsComputationPolicy.STATIC);

    // When
    ImageJob plain = queue.submit(request("plain", steps), events::add);
    ImageJob cached =
        queue.submit(
            Order.of(
                request("cached", steps)
                    .drawing()
                    .withApproximation(new Approximation.Cache(cache))),
            events::add);

    // Then
    assertThat(queue.position(cached)).isEqualTo(1);
    assertThat(queue.position(plain)).isEqualTo(2);
  }

  @Test
  void aWarmUpIsGivenUpWhenTheServerStopsAndTheOthersGoOn() {
    modelReady();
    TinyPicture warmUp = TinyPicture.draw(queue, JobKind.WARM_UP);
    ImageJob wanted = queue.submit(request("a"), events::add);

    queue.drain();

    assertThatThrownBy(() -> warmUp.drawn().join()).hasCauseInstanceOf(CancelledException.class);
    Await.until("the next runs", () -> wanted.state() instanceof JobState.Running);
    assertThat(queue.isDraining()).isTrue();
  }

  @Test
  void aTinyPictureIsDrawnTheWayOfAllJobs() {
    modelReady();
    TinyPicture picture = TinyPicture.draw(queue, JobKind.PROBE);
    assertThat(picture.drawn()).isNotDone();
    painter.gate.countDown();
    picture.drawn().join();
    assertThat(painter.drawn).containsExactly("a");
  }

  @Test
  void allWhoAskAtOnceShareOneProbeWhichGoesWhenTheLastHasLeft() {
    modelReady();
    var probe = new Probe(queue, Duration.ZERO, failure -> {});
    ImageJob running = queue.submit(request("a"), events::add);
    List<Probe.Asking> asking = Stream.generate(probe::ask).limit(100).toList();
    assertThat(queue.queued()).isEqualTo(1);

    asking.subList(1, 100).forEach(one -> one.leave().run());
    assertThat(queue.queued()).isEqualTo(1);
    asking.getFirst().leave().run();

    assertThat(queue.queued()).isZero();
    Await.until("the job runs", () -> running.state() instanceof JobState.Running);
    assertThat(asking.getFirst().drawn()).isCompletedExceptionally();
  }

  @Test
  void anAnswerThatCannotBeMadeIsTheJobsFailure() throws InterruptedException {
    // Given
    modelReady();
    painter.gate.countDown();
    var heard = new LinkedBlockingQueue<JobEvent>();
    JobReader reader =
        new JobReader() {
          @Override
          public void accept(JobEvent event) {
            heard.add(event);
          }

          @Override
          public Set<View> views(int step, int steps) {
            return Set.of();
          }

          @Override
          public void prepare(Drawn drawn) {
            throw new OutOfMemoryError("as if");
          }
        };

    // When
    queue.submit(request("a"), JobKind.REQUEST, reader);

    // Then
    Await.until("the job ends", () -> heard.stream().anyMatch(JobEvent.End.class::isInstance));
    assertThat(heard).last().isInstanceOf(JobEvent.Failed.class);
    Await.until("its end is counted", () -> seen.contains("ended Failed"));
    assertThat(seen).doesNotContain("ended Completed");
  }

  @Test
  void whoCannotHearOfAnEventKeepsNobodyElseFromIt() throws InterruptedException {
    modelReady();
    painter.gate.countDown();
    ImageJob job =
        queue.submit(
            request("a"),
            event -> {
              throw new OutOfMemoryError("as if");
            });
    job.subscribe(JobReader.of(events::add));
    Await.until("the job ends", () -> job.state() instanceof JobState.Ended);
    Await.until("all is heard", () -> events.stream().anyMatch(JobEvent.End.class::isInstance));
    awaitIdle();
  }

  @Test
  void whatTheHeapCannotHoldIsRefusedWithWhatItCan() {
    modelReady();
    queue.limitHeap(100_000);

    assertThatThrownBy(() -> queue.submit(pictures(20, 64), events::add))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "n is 20: drawing and answering that as png takes about 1 MB of the Java heap, 1 MB are"
                + " for requests; at this size n may be ");
    assertThatThrownBy(() -> queue.submit(pictures(1, 512), events::add))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageMatching("size is 512x512: .*; about \\d+x\\d+ would fit");
    queue.submit(pictures(1, 64), events::add);
  }

  @Test
  void aJobWaitsUntilTheHeapHasRoomForItBesideAnswersThatAreNotTakenYet() {
    // Given
    modelReady();
    painter.gate.countDown();
    var load = Admitted.of(request("first").drawing()).load();
    var encoder = request("first").output().encoder();
    queue.limitHeap(JobHeap.of(load, 1, encoder, JobReader.of(events::add)).peak() + 100);
    ImageJob first = queue.submit(request("first"), events::add);
    Await.until("it is drawn", () -> first.state() instanceof JobState.Ended);

    // When
    ImageJob second = queue.submit(request("second"), events::add);

    // Then
    assertThat(queue.position(second)).isEqualTo(1);
    first.cancel();
    Await.until("the other is drawn", () -> second.state() instanceof JobState.Ended);
    assertThat(painter.drawn).containsExactly("first", "second");
  }

  private static Order pictures(int images, int side) {
    return Order.of(
        GenerationRequest.of("a")
            .withCanvas(side, side)
            .withSteps(1)
            .withDraws(new Draws(List.of(42L), images)));
  }

  @Test
  void whoAsksSoonAfterAProbeIsAnsweredByItUntilTheServerStops() {
    modelReady();
    painter.gate.countDown();
    var probe = new Probe(queue, Duration.ofHours(1), failure -> {});
    probe.ask().drawn().join();

    for (int i = 0; i < 100; i++) {
      var asking = probe.ask();
      assertThat(asking.drawn()).isCompleted();
      asking.leave().run();
    }

    assertThat(painter.drawn).containsExactly("a");
    queue.drain();
    assertThatThrownBy(probe::ask).isInstanceOf(ShuttingDownException.class);
  }

  @Test
  void threeFailedPicturesInARowAreNoHealthUntilOneIsDrawn() {
    modelReady();
    painter.gate.countDown();
    var probe = new Probe(queue, Duration.ofHours(1), failure -> {});
    probe.ask().drawn().join();

    painter.failure = new InvalidRequestException("size", "size is 1x1");
    for (int i = 0; i < 5; i++) {
      fail("a");
    }
    painter.failure = new IllegalStateException("broken");
    fail("a");
    fail("b");
    assertThat(queue.health().isGood()).isTrue();
    fail("c");
    assertThat(queue.health().isGood()).isFalse();
    assertThat(queue.health().failures()).isEqualTo(3);

    // A probe that went well before all this says nothing now.
    assertThat(probe.ask().drawn()).failsWithin(Duration.ofSeconds(20));
    painter.failure = null;
    probe.ask().drawn().join();
    assertThat(queue.health().isGood()).isTrue();
  }

  private void fail(String prompt) {
    queue.submit(request(prompt), events::add);
    awaitIdle(); // until then not everybody has been told of its end
  }

  @Test
  void aProbeThatFailedAnswersNobodyElse() {
    modelReady();
    painter.gate.countDown();
    painter.failure = new IllegalStateException("broken");
    var probe = new Probe(queue, Duration.ofHours(1), failure -> {});
    assertThat(probe.ask().drawn()).failsWithin(Duration.ofSeconds(20));
    painter.failure = null;

    probe.ask().drawn().join();
  }

  @Test
  void whoAsksLongAfterAProbeGetsANewOne() {
    modelReady();
    painter.gate.countDown();
    var probe = new Probe(queue, Duration.ZERO, failure -> {});
    probe.ask().drawn().join();
    probe.ask().drawn().join();
    assertThat(painter.drawn).containsExactly("a", "a");
  }

  @Test
  void aProbeTakesNobodysPlace() {
    modelReady();
    queue.submit(request("runs"), events::add);
    queue.submit(request("waits"), events::add);
    var probe = new Probe(queue, Duration.ZERO, failure -> {});
    probe.ask();
    queue.submit(request("waits, too"), events::add);
    assertThatThrownBy(() -> queue.submit(request("one more"), events::add))
        .isInstanceOf(QueueFullException.class);
    assertThat(probe.ask().drawn()).isNotDone();
  }

  @Test
  void finishingWaitsForJobsAsLongAsItMayAndThenCancelsThem() throws InterruptedException {
    modelReady();
    queue.submit(request("a"), events::add);
    painter.gate.countDown();
    queue.finish(Duration.ofMinutes(1));
    assertThat(next()).isInstanceOf(JobEvent.StepMade.class);
    assertThat(next()).isInstanceOf(JobEvent.Completed.class);
  }

  @Test
  void finishingInNoTimeCancelsWhatRunsAndWhatWaits() throws InterruptedException {
    modelReady();
    queue.submit(request("a"), events::add);
    queue.submit(request("b"), events::add);

    queue.finish(Duration.ofMillis(1));

    assertThat(next()).isInstanceOf(JobEvent.Cancelled.class);
    assertThat(next()).isInstanceOf(JobEvent.Cancelled.class);
    assertThat(queue.running() + queue.queued()).isZero();
  }

  @Test
  void aColdModelDrawsButIsNotReady() throws InterruptedException {
    // Given
    painter.gate.countDown();
    model.putCold(painter, Duration.ZERO);

    // When
    queue.submit(request("a"), events::add);

    // Then
    assertThat(next()).isInstanceOf(JobEvent.StepMade.class);
    assertThat(model.whenReady().toCompletableFuture()).isNotDone();
    model.warmedUp();
    assertThat(model.whenReady().toCompletableFuture()).isCompleted();
    assertThat(model.state()).isInstanceOf(ModelState.Ready.class);
  }

  @Test
  void aModelThatIsClosedWhileItWarmsUpIsFreedAndNeverReady() {
    model.putCold(painter, Duration.ZERO);
    model.close();
    model.warmedUp();
    assertThat(painter.closed).isTrue();
    assertThat(model.state()).isInstanceOf(ModelState.Closed.class);
  }

  @Test
  void idsCannotBeGuessed() {
    modelReady();
    ImageJob one = queue.submit(request("a"), events::add);
    ImageJob other = queue.submit(request("a"), events::add);
    assertThat(one.ticket().id()).hasSizeGreaterThan(30).isNotEqualTo(other.ticket().id());
  }

  @Test
  void withoutAModelNothingIsTaken() {
    assertThatThrownBy(() -> queue.submit(request("a"), events::add))
        .isInstanceOf(ModelNotReadyException.class)
        .hasMessage("the model is being loaded");
  }

  @Test
  void aDrainingQueueTakesNothingNewAndEndsWhatItHas() throws InterruptedException {
    modelReady();
    queue.submit(request("a"), events::add);

    queue.drain();

    assertThatThrownBy(() -> queue.submit(request("b"), events::add))
        .isInstanceOf(ShuttingDownException.class);
    painter.gate.countDown();
    assertThat(next()).isInstanceOf(JobEvent.StepMade.class);
    assertThat(next()).isInstanceOf(JobEvent.Completed.class);
  }

  @Test
  void closingCancelsAllJobsAndReturnsWhenNoneRuns() throws InterruptedException {
    modelReady();
    queue.submit(request("a"), events::add);
    queue.submit(request("b"), events::add);

    queue.close();

    assertThat(queue.running()).isZero();
    assertThat(next()).isInstanceOf(JobEvent.Cancelled.class);
    assertThat(next()).isInstanceOf(JobEvent.Cancelled.class);
    assertThat(painter.drawn).isEmpty();
  }

  @Test
  void aModelThatComesAfterTheEndIsFreed() {
    model.close();
    modelReady();
    assertThat(painter.closed).isTrue();
    assertThat(model.state()).isInstanceOf(ModelState.Closed.class);
  }

  private void modelReady() {
    model.put(painter, Duration.ZERO);
  }

  // What waits, first: between the two looks it may be begun.
  private void awaitIdle() {
    Await.until("all have ended", () -> queue.queued() + queue.running() == 0);
  }

  /// The next step or end.
  private JobEvent next() throws InterruptedException {
    return next(events);
  }

  private static JobEvent next(BlockingQueue<JobEvent> events) throws InterruptedException {
    JobEvent event = events.poll(30, TimeUnit.SECONDS);
    assertThat(event).as("an event within 30 s").isNotNull();
    return switch (event) {
      case JobEvent.StepMade _, JobEvent.End _ -> event;
      case Queued _, Started _, StageBegan _, StageEnded _, Rejected _ -> next(events);
    };
  }

  private long count(String what) {
    return seen.stream().filter(what::equals).count();
  }

  /// Writes down what it hears.
  private void write(JobEvent event) {
    JobKind kind = event.stamp().job().kind();
    seen.add(
        switch (event) {
          case Queued _ -> "admitted " + kind;
          case Started _ -> "started";
          case StageBegan began -> "begins " + began.stage();
          case StageEnded ended -> "ends " + ended.stage();
          case JobEvent.StepMade step -> "step " + step.step();
          case JobEvent.End end -> "ended " + end.getClass().getSimpleName();
          case Rejected rejected -> kind + " refused: " + Refusals.of(rejected.cause()).reason();
        });
  }

  private static JobReader wanting(Set<View> views, Queue<JobEvent> heard) {
    return new JobReader() {
      @Override
      public void accept(JobEvent event) {
        heard.add(event);
      }

      @Override
      public Set<View> views(int step, int steps) {
        return views;
      }
    };
  }

  private static Order request(String prompt) {
    return request(prompt, 1);
  }

  private static Order request(String prompt, int steps) {
    return Order.of(GenerationRequest.of(prompt).withCanvas(64, 64).withSteps(steps));
  }
}
