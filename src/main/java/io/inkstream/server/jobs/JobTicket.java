package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.server.order.Order;
import java.util.UUID;

/// What is asked of the queue, as a value.
///
/// @param id a name that cannot be guessed
/// @param kind who asks
public record JobTicket(String id, JobKind kind, Order order) {
  static JobTicket of(JobKind kind, Order order) {
    return new JobTicket(UUID.randomUUID().toString(), kind, order);
  }

  /// What is to draw.
  public GenerationRequest request() {
    return order.drawing();
  }
}
