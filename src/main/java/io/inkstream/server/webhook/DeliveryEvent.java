package io.inkstream.server.webhook;

import java.time.Duration;

/// What happens to deliveries, for who counts them.
public sealed interface DeliveryEvent {
  /// A receiver has it.
  ///
  /// @param age of the event
  record Delivered(Duration age) implements DeliveryEvent {}

  /// An attempt failed, another one follows.
  record TriedInVain() implements DeliveryEvent {}

  /// It is not tried again.
  record GivenUp() implements DeliveryEvent {}

  /// Not taken in: too many wait, or the disk does not take it.
  record Dropped() implements DeliveryEvent {}
}
