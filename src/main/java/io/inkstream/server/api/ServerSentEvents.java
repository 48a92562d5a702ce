package io.inkstream.server.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Server-Sent Events as bytes. No `id:`, no `retry:`, no event without data: each of these breaks
/// a client of OpenAI's API.
final class ServerSentEvents {
  static final String MEDIA_TYPE = "text/event-stream";

  private ServerSentEvents() {}

  /// An event.
  ///
  /// @param json its data, in one line
  static byte[] event(String name, byte[] json) {
    byte[] head = ("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8);
    var frame = new ByteArrayOutputStream(head.length + json.length + 2);
    frame.writeBytes(head);
    frame.writeBytes(json);
    frame.write('\n');
    frame.write('\n');
    return frame.toByteArray();
  }

  /// What clients pass over, and proxies count as life.
  static byte[] comment(String text) {
    return (": " + text + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
