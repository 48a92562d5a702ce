package io.inkstream.server.http;

import java.nio.charset.StandardCharsets;

/// Server-Sent Events as bytes. No `id:`, no `retry:`, no event without data: each of these breaks
/// a client of OpenAI's API.
public final class ServerSentEvents {
  public static final String MEDIA_TYPE = "text/event-stream";

  private ServerSentEvents() {}

  /// An event.
  ///
  /// @param json its data, in one line
  public static Chunks event(String name, Chunks json) {
    return json.within(bytes("event: " + name + "\ndata: "), bytes("\n\n"));
  }

  /// What clients pass over, and proxies count as life.
  public static Chunks comment(String text) {
    return Chunks.of(bytes(": " + text + "\n\n"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
