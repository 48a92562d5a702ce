package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.order.Fields;
import io.inkstream.server.outbound.Destination;
import io.inkstream.server.webhook.Webhooks;
import java.util.Optional;

/// A request's `webhook`.
final class WebhookField {
  static final String NAME = "webhook";

  private WebhookField() {}

  /// @param webhooks that would deliver
  /// @throws ApiException if it is no URL, or nothing can be signed
  static Optional<Destination> read(JsonNode value, Webhooks webhooks) {
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!webhooks.isOpen()) {
      throw ApiException.badRequest(
          NAME, "webhook must be left out: this server has no webhook-secret to sign with");
    }
    try {
      return Optional.of(Destination.parse(value.isTextual() ? value.textValue() : ""));
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          NAME, "webhook is %s, must be %s".formatted(Fields.shown(value), Destination.ALLOWED));
    }
  }
}
