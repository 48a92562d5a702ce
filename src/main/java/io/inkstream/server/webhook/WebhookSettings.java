package io.inkstream.server.webhook;

import io.inkstream.server.outbound.AllowedNetworks;
import io.inkstream.server.outbound.Destination;
import java.time.Duration;
import java.util.List;

/// How deliveries are made.
///
/// @param secrets each of which signs; none: there are no deliveries
/// @param allowed addresses
/// @param standing destinations of what names none itself
/// @param timeout of an attempt, from looking the host up to the end of the answer
/// @param retries after the first attempt
/// @param age of an event, when it is not tried again
public record WebhookSettings(
    List<WebhookSecret> secrets,
    AllowedNetworks allowed,
    List<Destination> standing,
    Duration timeout,
    int retries,
    Duration age) {
  public WebhookSettings {
    secrets = List.copyOf(secrets);
    standing = List.copyOf(standing);
  }
}
