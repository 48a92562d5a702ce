package io.inkstream.server.api;

import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.server.order.Order;
import java.net.URI;
import java.util.Optional;

/// A checked request: what to draw, and how to answer.
///
/// @param links where links to the pictures begin; empty: the answer holds the pictures
/// @param quality as the answer names it: `low`, `medium` or `high`
/// @param stream how to answer with events; empty: with one JSON
public record ImageOrder(
    Order order, Optional<URI> links, String quality, Optional<StreamOrder> stream) {
  /// The same, whose pictures are kept.
  public ImageOrder linkedAt(URI base) {
    return new ImageOrder(order, Optional.of(base), quality, stream);
  }

  /// What its events are named by: `image_generation` or `image_edit`.
  String eventFamily() {
    return order.drawing().inputs().isEmpty() ? "image_generation" : "image_edit";
  }

  ImageEncoder encoder() {
    return order.output().encoder();
  }
}
