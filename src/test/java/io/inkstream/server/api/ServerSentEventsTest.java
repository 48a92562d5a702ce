package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
  @Test
  void anEventIsItsNameItsDataAndABlankLine() {
    byte[] json = "{\"prompt\":\"ä\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(ServerSentEvents.event("image_generation.completed", json))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("event: image_generation.completed\ndata: {\"prompt\":\"ä\"}\n\n");
  }

  @Test
  void aCommentIsALineThatBeginsWithAColon() {
    assertThat(ServerSentEvents.comment("heartbeat"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(": heartbeat\n\n");
  }
}
