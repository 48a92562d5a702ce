package io.inkstream.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.CountedPrediction;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.JobReader;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.QueuePolicy;
import io.inkstream.server.jobs.QueueSettings;
import io.inkstream.server.jobs.StandInGenerator;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.PictureRecord;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecordsTest {
  @TempDir private Path folder;

  @Test
  void aRecordingHasAJobItsStagesAndItsSteps() throws IOException {
    List<RecordedEvent> events;
    try (var recording = new Recording()) {
      // Given
      recording.enable("io.inkstream.Job");
      recording.enable("io.inkstream.Stage");
      recording.enable("io.inkstream.Step");
      recording.start();

      // When
      drawTwoSteps(new FlightRecords());

      // Then
      recording.stop();
      Path file = folder.resolve("jobs.jfr");
      recording.dump(file);
      events = RecordingFile.readAllEvents(file);
    }
    assertThat(named(events, "io.inkstream.Stage"))
        .extracting(event -> event.getString("stage"))
        .containsExactlyInAnyOrder("denoising", "decoding");
    assertThat(named(events, "io.inkstream.Step"))
        .extracting(event -> event.getInt("step"))
        .containsExactlyInAnyOrder(1, 2);
    assertThat(named(events, "io.inkstream.Step"))
        .allSatisfy(event -> assertThat(event.getString("cache")).isEqualTo("reused"));
    RecordedEvent job = named(events, "io.inkstream.Job").getFirst();
    assertThat(job.getString("status")).isEqualTo("succeeded");
    assertThat(job.getString("kind")).isEqualTo("probe");
    assertThat(events)
        .allSatisfy(e -> assertThat(e.getString("job")).isEqualTo(job.getString("job")));
    assertThat(named(events, "io.inkstream.Step"))
        .allSatisfy(step -> {
          assertThat(step.getStartTime()).isAfterOrEqualTo(job.getStartTime());
          assertThat(step.getEndTime()).isBeforeOrEqualTo(job.getEndTime());
        });
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream().filter(e -> e.getEventType().getName().equals(name)).toList();
  }

  private static void drawTwoSteps(Consumer<JobEvent> watcher) {
    var vertx = Vertx.vertx();
    var model = new ModelSlot();
    model.put(new TwoSteps(), Duration.ZERO);
    try (var queue =
        new JobQueue(
            vertx,
            model,
            new QueueSettings(1, 1, QueuePolicy.FIFO),
            new PictureRecord("a-model", "1"),
            watcher)) {
      var request = GenerationRequest.of("a").withCanvas(64, 64).withSteps(2);
      queue.submit(Order.of(request), JobKind.PROBE, JobReader.of(event -> {}));
      queue.finish(Duration.ofMinutes(1));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static final class TwoSteps extends StandInGenerator {
    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      var reused = new CacheDecision.Reuse(OptionalDouble.of(0.1));
      listener.accept(new StageBegan(Stage.DENOISING));
      listener.accept(
          new StepMade(
              1, 2, List.of(), List.of(reused), Optional.empty(), new CountedPrediction(0)));
      listener.accept(
          new StepMade(
              2, 2, List.of(), List.of(reused), Optional.empty(), new CountedPrediction(0)));
      listener.accept(new StageBegan(Stage.DECODING));
      return List.of();
    }
  }
}
