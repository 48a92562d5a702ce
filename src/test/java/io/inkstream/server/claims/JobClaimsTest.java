package io.inkstream.server.claims;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Await;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.CountedPrediction;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.QueuePolicy;
import io.inkstream.server.jobs.QueueSettings;
import io.inkstream.server.jobs.StandInGenerator;
import io.inkstream.server.jobstore.Acceptance;
import io.inkstream.server.jobstore.Claim;
import io.inkstream.server.jobstore.JobStatus;
import io.inkstream.server.jobstore.JobStore;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.NewJob;
import io.inkstream.server.jobstore.SqliteJobStore;
import io.inkstream.server.jobstore.StoreRules;
import io.inkstream.server.jobstore.StoreRules.AfterRestart;
import io.inkstream.server.jobstore.StoredEvent;
import io.inkstream.server.jobstore.StoredJob;
import io.inkstream.server.order.InputLibrary;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.PictureRecord;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobClaimsTest {
  private static final StoreRules RULES =
      new StoreRules(100, Duration.ofHours(1), 64 << 20, 3, AfterRestart.REDRAW);

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final ModelSlot model = new ModelSlot();
  private final Painter painter = new Painter();
  private final JobQueue queue =
      new JobQueue(
          vertx,
          model,
          new QueueSettings(1, 4, QueuePolicy.FIFO),
          new PictureRecord("a-model", "1"),
          event -> {});
  private JobDesk desk;
  private JobClaims claims;

  @BeforeEach
  void open() {
    model.put(painter, Duration.ZERO);
    JobStore store =
        SqliteJobStore.inFile(() -> folder.resolve("jobs.db"), RULES, InstantSource.system());
    desk = new JobDesk(store, queue);
    claims =
        new JobClaims(
            desk,
            queue,
            (request, drawn) -> "{\"drawn\":1}",
            InputLibrary.NONE,
            InstantSource.system());
    claims.start();
  }

  @AfterEach
  void close() {
    painter.open = true;
    queue.close();
    claims.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /// Waits until it is open, or for its cancellation.
  private static final class Painter extends StandInGenerator {
    final List<String> drawn = new CopyOnWriteArrayList<>();
    volatile boolean open = true;

    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      String prompt = admitted.request().texts().prompts().getFirst();
      drawn.add(prompt);
      listener.accept(new DrawingEvent.StageBegan(Stage.DENOISING));
      listener.accept(
          new StepMade(1, 2, List.of(), List.of(), Optional.empty(), new CountedPrediction(1)));
      Await.until("open or cancelled", () -> open || signal.isCancelled());
      signal.throwIfCancelled();
      if (prompt.equals("fail")) {
        throw new IllegalStateException("as if");
      }
      return List.of(
          finish.apply(
              new GeneratedImage(0, prompt, 42, new Pixels(64, 64, new byte[3 * 64 * 64]))));
    }
  }

  private void accept(String id, String prompt, Optional<Instant> deadline) {
    var order = Order.of(GenerationRequest.of(prompt).withCanvas(64, 64).withSteps(2));
    var request = new JobRequest(order, "high", false, URI.create("http://here/"));
    var accepted =
        desk.accept(id, Optional.empty(), id, request, deadline).toCompletableFuture().join();
    assertThat(accepted).isInstanceOf(Acceptance.Taken.class);
  }

  private StoredJob ended(String id) {
    return ((Lookup.Kept) desk.ended(id).await().atMost(Duration.ofSeconds(60))).job();
  }

  private StoredJob found(String id) {
    var found = desk.store().find(id).toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    return ((Lookup.Kept) found).job();
  }

  @Test
  void anAcceptedJobIsDrawnAndItsEventsTellOfIt() {
    accept("a", "a pear", Optional.empty());

    StoredJob job = ended("a");

    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(job.result()).contains("{\"drawn\":1}");
    assertThat(JobRequest.of(job.payload(), InputLibrary.NONE).order().drawing().texts().prompts())
        .containsExactly("a pear");
    assertThat(
            desk.store()
                .events("a", 0)
                .map(StoredEvent::type)
                .collect()
                .asList()
                .await()
                .indefinitely())
        .containsExactly(
            "image.job.queued",
            "image.job.in_progress",
            "image.job.progress",
            "image.job.progress",
            "image.job.completed");
    assertThat(claims.claims()).isOne();
  }

  @Test
  void aRunningJobIsCancelledByTheStore() {
    painter.open = false;
    accept("a", "a", Optional.empty());
    Await.until("it is drawn", () -> painter.drawn.size() == 1);

    desk.store().cancel("a").toCompletableFuture().join();

    assertThat(ended("a").status()).isEqualTo(JobStatus.CANCELLED);
    Await.until("the worker has left it", () -> queue.running() == 0);
  }

  @Test
  void whatIsCancelledBeforeTheQueueHasItIsCancelledThere() {
    painter.open = false;
    var order = Order.of(GenerationRequest.of("a").withCanvas(64, 64).withSteps(2));
    var request = new JobRequest(order, "high", false, URI.create("http://here/"));
    var store =
        SqliteJobStore.inFile(() -> folder.resolve("other.db"), RULES, InstantSource.system());
    try (store) {
      store
          .accept(new NewJob("a", Optional.empty(), "a", request.toPayload(), 1, Optional.empty()))
          .toCompletableFuture()
          .join();
      Claim claim =
          store.claim("here", (lane, waited) -> 0).toCompletableFuture().join().orElseThrow();
      var claimed =
          new ClaimedJob(claim, request, store, (of, drawn) -> "{}", (job, last) -> last.get());

      claimed.cancel();
      claimed.drawnBy(queue.submit(order, claimed));

      Await.until("the queue is empty", () -> queue.queued() + queue.running() == 0);
    }
  }

  @Test
  void aJobThatFailsIsTriedThreeTimes() {
    accept("a", "fail", Optional.empty());

    StoredJob job = ended("a");

    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.tries()).isEqualTo(3);
    assertThat(painter.drawn).hasSize(3);
    assertThat(claims.retries()).isEqualTo(2);
    accept("b", "b", Optional.empty());
    assertThat(ended("b").status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void whatIsTooLateIsNotDrawn() {
    accept("a", "a", Optional.of(Instant.now().minusSeconds(1)));

    StoredJob job = ended("a");

    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.error().orElseThrow()).contains("deadline_passed");
    assertThat(painter.drawn).isEmpty();
  }

  @Test
  void aStopGivesBackWhatRunsAndWhatWaits() {
    painter.open = false;
    accept("a", "a", Optional.empty());
    accept("b", "b", Optional.empty());
    Await.until("it is drawn", () -> painter.drawn.size() == 1);

    claims.stop();
    queue.finish(Duration.ZERO);

    for (String id : List.of("a", "b")) {
      Await.until(id + " waits", () -> found(id).status() == JobStatus.QUEUED);
      assertThat(found(id).tries()).isZero();
    }
    assertThat(painter.drawn).hasSize(1);
  }

  @Test
  void jobsTakeNobodysPlaceInTheQueue() {
    painter.open = false;
    for (int i = 0; i < 20; i++) {
      accept("a" + i, "a", Optional.empty());
    }
    Await.until("one is drawn", () -> queue.running() == 1);

    assertThat(queue.queued()).isZero();
    queue.submit(Order.of(GenerationRequest.of("b").withCanvas(64, 64)), event -> {});
    painter.open = true;

    Await.until("all are drawn", () -> painter.drawn.size() == 21);
    assertThat(painter.drawn.indexOf("b")).as("it does not wait behind all").isLessThan(20);
  }
}
