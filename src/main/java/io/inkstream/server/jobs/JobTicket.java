package io.inkstream.server.jobs;

import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.server.order.Order;
import java.time.Duration;
import java.util.UUID;

/// What is asked of the queue, as a value.
///
/// @param id a name that cannot be guessed
/// @param kind who asks
/// @param waited elsewhere, before it came to this queue
public record JobTicket(String id, JobKind kind, Order order, Duration waited) {
  static JobTicket of(JobKind kind, Order order) {
    return new JobTicket(UUID.randomUUID().toString(), kind, order, Duration.ZERO);
  }

  /// Of a job that is kept.
  ///
  /// @param behind whether it is drawn when nobody else waits
  public static JobTicket kept(String id, boolean behind, Order order, Duration waited) {
    return new JobTicket(id, behind ? JobKind.BATCH : JobKind.KEPT, order, waited);
  }

  /// What is to draw.
  public GenerationRequest request() {
    return order.drawing();
  }
}
