package io.inkstream.server.batch;

import java.time.Duration;
import java.util.Iterator;

/// What comes of a request of a batch.
public sealed interface LineAnswer {
  /// The pictures.
  ///
  /// @param body the answer's JSON, a little at a time
  record Drawn(Iterator<byte[]> body) implements LineAnswer {}

  /// It cannot be drawn.
  ///
  /// @param status of HTTP
  /// @param body the answer's JSON
  @SuppressWarnings("ArrayRecordComponent") // written once, compared never
  record Refused(int status, byte[] body) implements LineAnswer {}

  /// It can be drawn another time.
  record NotNow(Duration time) implements LineAnswer {}
}
