package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.image.Picture;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.server.http.ChunkedJson;
import io.inkstream.server.http.StreamOutbox;
import io.inkstream.server.http.TakenChunks;
import io.inkstream.server.jobs.JobEvent.Stamp;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobEvent.StepTime;
import io.inkstream.server.jobs.JobTicket;
import io.inkstream.server.jobs.View;
import io.inkstream.server.order.Order;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Partial pictures of a drawing that begins again.
class PartialPicturesTest {
  private static final int STEPS = 4;

  private final JobTicket ticket =
      JobTicket.kept("a", false, Order.of(GenerationRequest.of("a")), Duration.ZERO);
  private final StreamOrder wanted = new StreamOrder(1, false, Preview.NONE);
  private final AtomicReference<StreamOutbox> outbox = new AtomicReference<>();
  private final AssertSubscriber<byte[]> reader =
      TakenChunks.of(emitter -> outbox.set(new StreamOutbox(emitter, Runnable::run)))
          .subscribe()
          .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
  private final ImageStream stream =
      new ImageStream(
          new ImageOrder(ticket.order(), Optional.empty(), "high", Optional.of(wanted)),
          wanted,
          new ImageStreamWriter(new ChunkedJson(new ObjectMapper())),
          outbox.get());

  private StepMade made(int step) {
    var picture = new Picture(new Pixels(1, 1, new byte[3]));
    return new StepMade(
        new Stamp(ticket, step, Instant.EPOCH, Duration.ZERO),
        step,
        STEPS,
        new StepTime(Duration.ZERO, Duration.ZERO, Duration.ZERO),
        1,
        List.of(),
        Optional.empty(),
        stream.views(step, STEPS).contains(View.WHOLE)
            ? Map.of(View.WHOLE, List.of(picture))
            : Map.of());
  }

  private long partials() {
    return reader.getItems().stream()
        .filter(frame ->
            new String(frame, StandardCharsets.UTF_8).startsWith("event: image_generation.partial"))
        .count();
  }

  @Test
  void aPictureOfAStepThatIsMadeAgainIsNeitherDecodedNorSentAgain() {
    stream.accept(made(1));
    assertThat(stream.views(2, STEPS)).containsExactly(View.WHOLE);
    stream.accept(made(2));
    assertThat(partials()).isEqualTo(1);

    stream.accept(made(1));
    assertThat(stream.views(2, STEPS)).isEmpty();
    stream.accept(made(2));

    assertThat(partials()).isEqualTo(1);
  }
}
