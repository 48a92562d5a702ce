package io.inkstream.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Multi;
import org.jspecify.annotations.Nullable;

/// Answers requests whose clients may ask again: under one key, one drawing.
public interface KeyedAnswers {
  /// The header that has the key.
  String HEADER = "Idempotency-Key";

  /// An answer on its way.
  ///
  /// @param events whether its chunks are a stream's, rather than one JSON's
  record Answer(boolean events, Multi<byte[]> chunks) {}

  /// The answer. What is refused, and a drawing that has failed, fail before the first chunk.
  ///
  /// @param authorization whose key it is
  /// @param body as the route takes it without a key
  Answer open(String key, @Nullable String authorization, byte[] body);

  /// The same of a body that has been read.
  Answer open(String key, @Nullable String authorization, ObjectNode body);
}
