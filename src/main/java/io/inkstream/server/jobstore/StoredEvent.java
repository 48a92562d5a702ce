package io.inkstream.server.jobstore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What has happened to a job, as it goes over the wire: encoded once, whoever watches.
public final class StoredEvent {
  private static final byte[] END = {'\n', '\n'};

  private final long number;
  private final EventBody body;
  private final byte[] frame;

  /// @param number greater than those of all earlier events of the job; there may be gaps
  public StoredEvent(long number, EventBody body) {
    this.number = number;
    this.body = body;
    byte[] head =
        "id: %d\nevent: %s\ndata: ".formatted(number, body.type()).getBytes(StandardCharsets.UTF_8);
    this.frame =
        ByteBuffer.allocate(head.length + body.data().length + END.length)
            .put(head)
            .put(body.data())
            .put(END)
            .array();
  }

  public long number() {
    return number;
  }

  public String type() {
    return body.type();
  }

  /// The JSON of its data; not to be written to.
  public byte[] data() {
    return body.data();
  }

  /// The Server-Sent Event; not to be written to.
  public byte[] frame() {
    return frame;
  }

  /// Whether nothing comes after it.
  public boolean isLast() {
    return JobEvents.isLast(body.type());
  }
}
