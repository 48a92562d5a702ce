package io.inkstream.server.claims;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.image.Picture;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobEvent.StepTime;
import io.inkstream.server.jobs.JobTicket;
import io.inkstream.server.jobs.View;
import io.inkstream.server.order.InputLibrary;
import io.inkstream.server.order.Order;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a job's event says of a step.
class StepFieldsTest {
  private static final Picture PICTURE = new Picture(new Pixels(16, 16, new byte[3 * 16 * 16]));

  private static final Order ORDER = Order.of(GenerationRequest.of("an apple"));

  @Test
  void aStepShowsSmallPicturesToWhoWantsThem() {
    ObjectNode fields = fields(Optional.of(View.SKETCH));

    assertThat(fields.path("step").intValue()).isEqualTo(3);
    assertThat(fields.at("/previews/0/output_format").textValue()).isEqualTo("jpeg");
    assertThat(fields.at("/previews/0/size").textValue()).isEqualTo("16x16");
  }

  @Test
  void aStepShowsNoneToOthers() {
    assertThat(fields(Optional.empty()).has("previews")).isFalse();
    assertThat(fields(Optional.of(View.SMALL)).has("previews")).isFalse();
  }

  @Test
  void aKeptJobRemembersWhatItsEventsShow() {
    var request =
        new JobRequest(ORDER, "high", false, URI.create("http://here/"), Optional.of(View.SKETCH));

    assertThat(JobRequest.of(request.toPayload(), InputLibrary.NONE).preview())
        .contains(View.SKETCH);
    assertThat(
            JobRequest.of(
                    new JobRequest(ORDER, "high", false, URI.create("http://here/")).toPayload(),
                    InputLibrary.NONE)
                .preview())
        .isEmpty();
  }

  private static ObjectNode fields(Optional<View> preview) {
    var time = new StepTime(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(17));
    var made =
        new StepMade(
            new JobEvent.Stamp(
                JobTicket.kept("job", false, ORDER, Duration.ZERO),
                1,
                Instant.EPOCH,
                Duration.ZERO),
            3,
            20,
            time,
            1.0,
            List.of(),
            Optional.empty(),
            Map.of(View.SKETCH, List.of(PICTURE)));
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    StepFields.put(fields, made, preview);
    return fields;
  }
}
