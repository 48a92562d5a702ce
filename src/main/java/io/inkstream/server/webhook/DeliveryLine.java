package io.inkstream.server.webhook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Deliveries whose turn has come. A receiver that is slow holds up itself, and not the others.
/// Safe for any thread.
final class DeliveryLine {
  private static final int AT_ONCE = 32;
  private static final int AT_ONCE_TO_ONE = 4;

  // Guarded by this.
  private final Deque<Delivery> due = new ArrayDeque<>();
  private final Map<String, Integer> running = new HashMap<>();
  private int all;

  synchronized void add(Delivery delivery) {
    due.add(delivery);
  }

  /// The next to be sent; [#leave] when it has been.
  synchronized Optional<Delivery> next() {
    if (all == AT_ONCE) {
      return Optional.empty();
    }
    var next =
        due.stream()
            .filter(one -> running.getOrDefault(one.to().toString(), 0) < AT_ONCE_TO_ONE)
            .findFirst();
    next.ifPresent(this::take);
    return next;
  }

  private void take(Delivery delivery) {
    due.remove(delivery);
    running.merge(delivery.to().toString(), 1, Integer::sum);
    all++;
  }

  synchronized void leave(Delivery delivery) {
    running.computeIfPresent(
        delivery.to().toString(), (to, count) -> count == 1 ? null : count - 1);
    all--;
  }
}
