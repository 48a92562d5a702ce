package io.inkstream.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Stamp;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobTicket;
import io.inkstream.server.order.Order;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// SGLang's `--log-requests`, level by level.
class RequestLogTest {
  private static final Logger LOG = Logger.getLogger(RequestLog.class.getName());
  private static final String FOX = "\ud83e\udd8a";

  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord logged) {
          lines.add(new SimpleFormatter().formatMessage(logged));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOG.addHandler(handler);
    LOG.setLevel(Level.INFO);
  }

  @AfterEach
  void stop() {
    LOG.removeHandler(handler);
    LOG.setLevel(null);
  }

  @Test
  void eachLevelTellsMoreOfARequest() {
    for (int level = 0; level <= 3; level++) {
      log(level, "a red fox");
    }
    assertThat(lines).hasSize(8).allMatch(line -> line.startsWith("request the-id "));
    assertThat(lines.get(0)).endsWith("received {}");
    assertThat(lines.get(1)).contains("cancelled {\"seconds\":1.5}");
    assertThat(lines.get(2)).contains("\"num_inference_steps\":7").doesNotContain("fox");
    assertThat(lines.get(4)).contains("\"prompt\":\"a red fox\"", "\"num_inference_steps\":7");
    assertThat(lines.get(6)).contains("\"prompt\":\"a red fox\"");
  }

  /// Half a character is no text: what the line is written with would put `?` there.
  @Test
  void aLongPromptIsCutBetweenCharacters() {
    log(2, "a" + FOX.repeat(3000));
    log(3, "a" + FOX.repeat(3000));

    assertThat(lines.get(0)).contains("\"a" + FOX.repeat(2047) + "…\"");
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(lines.get(0))).isTrue();
    assertThat(lines.get(2)).contains("\"a" + FOX.repeat(3000) + "\"");
  }

  @Test
  void asJsonALineIsAnObject() throws IOException {
    watch(new RequestLog(2, true), "a red fox", JobKind.REQUEST);

    var line = new ObjectMapper().readTree(lines.getFirst());
    assertThat(line.get("event").asText()).isEqualTo("request.received");
    assertThat(line.get("id").asText()).isEqualTo("the-id");
    assertThat(line.get("prompt").asText()).isEqualTo("a red fox");
  }

  @Test
  void theServersOwnPicturesAreNoRequests() {
    watch(new RequestLog(3, false), "a red fox", JobKind.PROBE);
    assertThat(lines).isEmpty();
  }

  private static void log(int level, String prompt) {
    watch(new RequestLog(level, false), prompt, JobKind.REQUEST);
  }

  private static void watch(RequestLog log, String prompt, JobKind kind) {
    var order = Order.of(GenerationRequest.of(prompt).withSteps(7));
    var job = new JobTicket("the-id", kind, order, Duration.ZERO);
    log.accept(new JobEvent.Queued(new Stamp(job, 1, Instant.EPOCH, Duration.ZERO)));
    log.accept(new JobEvent.Cancelled(new Stamp(job, 2, Instant.EPOCH, Duration.ofMillis(1500))));
  }
}
