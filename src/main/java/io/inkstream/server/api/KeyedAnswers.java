package io.inkstream.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Multi;
import org.jspecify.annotations.Nullable;

/// Answers requests whose clients may ask again: under one key, one drawing.
public interface KeyedAnswers {
  /// The header that has the key.
  String HEADER = "Idempotency-Key";

  /// The chunks of an answer. What is refused, and a drawing that fails, fail before the first.
  ///
  /// @param authorization whose key it is
  /// @param body as the route takes it without a key
  Multi<byte[]> open(String key, @Nullable String authorization, byte[] body);

  /// The same of a body that has been read.
  Multi<byte[]> open(String key, @Nullable String authorization, ObjectNode body);
}
