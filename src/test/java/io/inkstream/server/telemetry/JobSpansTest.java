package io.inkstream.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Await;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.QueuePolicy;
import io.inkstream.server.jobs.QueueSettings;
import io.inkstream.server.jobs.StandInGenerator;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.PictureRecord;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobSpansTest {
  private final List<SpanData> spans = new CopyOnWriteArrayList<>();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(new Keep())).build();
  private final Vertx vertx = Vertx.vertx();
  private final ModelSlot model = new ModelSlot();
  private final JobQueue queue =
      new JobQueue(
          vertx,
          model,
          new QueueSettings(1, 1, QueuePolicy.FIFO),
          new PictureRecord("a-model", "1"),
          new JobSpans(provider.get("test"), "a-model"));

  @AfterEach
  void closeAll() {
    queue.close();
    provider.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aJobIsASpanAndSoAreItsStages() {
    // Given
    model.put(new Painter(), Duration.ZERO);

    // When
    queue.submit(request("a"), event -> {});
    Await.until("the job's span has ended", () -> spans.size() == 4);

    // Then
    SpanData job = named("generate_content a-model");
    assertThat(attribute(job, "gen_ai.operation.name")).isEqualTo("generate_content");
    assertThat(attribute(job, "gen_ai.output.type")).isEqualTo("image");
    assertThat(attribute(job, "gen_ai.request.model")).isEqualTo("a-model");
    assertThat(attribute(job, "inkstream.job.status")).isEqualTo("succeeded");
    assertThat(job.getAttributes().get(AttributeKey.longKey("gen_ai.request.seed"))).isEqualTo(7);
    assertThat(job.getAttributes().get(AttributeKey.longKey("gen_ai.request.choice.count")))
        .isEqualTo(1);
    for (String part : List.of("queued", "denoising", "decoding")) {
      assertThat(named(part).getParentSpanId()).isEqualTo(job.getSpanId());
      assertThat(named(part).getTraceId()).isEqualTo(job.getTraceId());
    }
  }

  @Test
  void aFailureMarksTheSpanAndNoSpanSaysThePrompt() {
    model.put(new Painter(), Duration.ZERO);

    queue.submit(request("fail"), event -> {});
    Await.until("the job's span has ended", () -> spans.size() == 3);

    SpanData job = named("generate_content a-model");
    assertThat(job.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(job.getEvents()).singleElement();
    assertThat(job.getAttributes().asMap().values()).doesNotContain("fail");
  }

  private SpanData named(String name) {
    return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  private static Object attribute(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  private static Order request(String prompt) {
    return Order.of(
        GenerationRequest.of(prompt).withCanvas(64, 64).withSteps(1).withDraws(Draws.of(7)));
  }

  private static final class Painter extends StandInGenerator {
    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      listener.accept(new StageBegan(Stage.DENOISING));
      if (admitted.request().texts().prompts().getFirst().equals("fail")) {
        throw new IllegalStateException("as if");
      }
      listener.accept(new StageBegan(Stage.DECODING));
      return List.of();
    }
  }

  private final class Keep implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> ended) {
      spans.addAll(ended);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
