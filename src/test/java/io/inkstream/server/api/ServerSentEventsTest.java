package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.server.http.Chunks;
import io.inkstream.server.http.ServerSentEvents;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
  @Test
  void anEventIsItsNameItsDataAndABlankLineInOneChunk() {
    byte[] json = "{\"prompt\":\"ä\"}".getBytes(StandardCharsets.UTF_8);

    Chunks event = ServerSentEvents.event("image_generation.completed", Chunks.of(json));

    assertThat(event.next())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("event: image_generation.completed\ndata: {\"prompt\":\"ä\"}\n\n");
    assertThat(event.hasNext()).isFalse();
  }

  @Test
  void aCommentIsALineThatBeginsWithAColon() {
    assertThat(ServerSentEvents.comment("heartbeat").next())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(": heartbeat\n\n");
  }
}
