package io.inkstream.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Await;
import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.CountedPrediction;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.PictureRecord;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A job whose drawing begins again, and a model that draws fewer at once than the settings say.
class DrawnAgainTest {
  private final Vertx vertx = Vertx.vertx();
  private final ModelSlot model = new ModelSlot();
  private final Twice painter = new Twice();
  private final List<JobEvent> events = new CopyOnWriteArrayList<>();
  private final JobQueue queue =
      new JobQueue(
          vertx,
          model,
          new QueueSettings(2, 2, QueuePolicy.FIFO),
          new PictureRecord("a-model", "1"),
          _ -> {});

  @AfterEach
  void closeAll() {
    painter.gate.countDown();
    queue.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /// Makes the first step of two, begins again, and makes both; of which a cache takes one.
  private static final class Twice extends StandInGenerator {
    final CountDownLatch gate = new CountDownLatch(1);
    volatile int places = 2;

    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      Await.until("gate", () -> gate.getCount() == 0);
      listener.accept(new StageBegan(Stage.DENOISING));
      listener.accept(step(1, new CacheDecision.Reuse(OptionalDouble.empty())));
      listener.accept(new BegunAgain());
      listener.accept(new StageBegan(Stage.DENOISING));
      listener.accept(
          step(1, new CacheDecision.Compute(CacheDecision.Reason.WARMUP, OptionalDouble.empty())));
      listener.accept(step(2, new CacheDecision.Reuse(OptionalDouble.empty())));
      listener.accept(new CacheUsed(new CacheStats("a name", 1, List.of()), 1));
      listener.accept(new StageBegan(Stage.DECODING));
      var pixels = new Pixels(64, 64, new byte[3 * 64 * 64]);
      return List.of(finish.apply(new GeneratedImage(0, "a", 42, pixels)));
    }

    private static StepMade step(int step, CacheDecision cache) {
      return new StepMade(
          step, 2, List.of(), List.of(cache), Optional.empty(), new CountedPrediction(1));
    }

    @Override
    public int places() {
      return places;
    }
  }

  private static Order order() {
    return Order.of(GenerationRequest.of("a").withCanvas(64, 64).withSteps(2));
  }

  @Test
  void stagesAndStepsAreToldAgainAndOnlyWhatDrewThePictureCounts() {
    model.put(painter, Duration.ZERO);
    painter.gate.countDown();

    ImageJob job = queue.submit(order(), events::add);
    Await.until("its end is told", () -> events.stream().anyMatch(JobEvent.End.class::isInstance));

    assertThat(events.stream().map(DrawnAgainTest::word))
        .containsExactly(
            "queued",
            "started",
            "began DENOISING",
            "step 1",
            "ended DENOISING",
            "began DENOISING",
            "step 1",
            "step 2",
            "ended DENOISING",
            "began DECODING",
            "ended DECODING",
            "completed");
    var drawn = ((JobEvent.Completed) events.getLast()).drawn();
    assertThat(drawn.pictures()).hasSize(1);
    assertThat(drawn.cache())
        .hasValueSatisfying(did -> {
          assertThat(did.computedSteps()).isEqualTo(1);
          assertThat(did.cachedSteps()).isEqualTo(1);
        });
    assertThat(job.work().left()).isZero();
  }

  private static String word(JobEvent event) {
    return switch (event) {
      case JobEvent.Queued _ -> "queued";
      case JobEvent.Started _ -> "started";
      case JobEvent.StageBegan began -> "began " + began.stage();
      case JobEvent.StageEnded ended -> "ended " + ended.stage();
      case JobEvent.StepMade made -> "step " + made.step();
      case JobEvent.Completed _ -> "completed";
      case JobEvent.Failed failed -> failed.cause().toString();
      case JobEvent.Cancelled _ -> "cancelled";
      case JobEvent.Rejected rejected -> rejected.cause().toString();
    };
  }

  @Test
  void noMoreAreBegunThanTheModelDrawsAtOnce() {
    painter.places = 1;
    assertThat(queue.slots()).as("as set, while there is no model").isEqualTo(2);
    model.put(painter, Duration.ZERO);
    queue.submit(order(), _ -> {});
    queue.submit(order(), _ -> {});
    assertThat(queue.slots()).isEqualTo(1);
    assertThat(queue.running()).isEqualTo(1);
    assertThat(queue.queued()).isEqualTo(1);

    painter.gate.countDown();

    Await.until("both are drawn", () -> queue.queued() + queue.running() == 0);
  }
}
