package io.inkstream.server.config;

import io.inkstream.server.outbound.AllowedNetworks;
import io.inkstream.server.outbound.Destination;
import java.time.Duration;
import java.util.List;

/// Who is told of what has happened.
final class WebhookEntries {
  static final Group GROUP = new Group("Webhooks");

  static final Setting<List<String>> WEBHOOK_SECRET =
      GROUP
          .entry("webhook-secret", new Kind.Keys())
          .otherwise("none: there are no webhooks", List.of())
          .flag()
          .help(
              "Deliveries are signed with it: `whsec_` and Base64, or any text of 16 bytes or more;"
                  + " with each, if there are several between commas. Rather use the variable or a"
                  + " file.");

  static final Setting<List<Destination>> WEBHOOK_URL =
      GROUP
          .entry("webhook-url", new Kind.Several<>("http or https URLs", Destination::parse))
          .otherwise("none", List.of())
          .flag()
          .help(
              "Where events go of batches and of jobs that name no `webhook`; several between"
                  + " commas.");

  static final Setting<AllowedNetworks> WEBHOOK_ALLOWED_NETWORKS =
      GROUP
          .entry(
              "webhook-allowed-networks",
              new Kind.Foreign<>(
                  "external, private, loopback, * or networks such as 10.1.0.0/16 between commas",
                  AllowedNetworks::parse))
          .initially(AllowedNetworks.DEFAULT)
          .flag()
          .help(
              "Addresses that deliveries may go to: `external`, `private`, `loopback`, `*` for all"
                  + " three, networks such as `10.1.0.0/16`.");

  static final Setting<Duration> WEBHOOK_TIMEOUT =
      GROUP
          .entry("webhook-timeout", new Kind.Seconds(1, 60))
          .initially("10")
          .flag()
          .help("What a receiver gets to answer, 1 to 60.");

  static final Setting<Integer> WEBHOOK_RETRIES =
      GROUP
          .entry("webhook-retries", new Kind.Whole(0, 100))
          .initially("12")
          .flag()
          .help(
              "How often a delivery is tried again, after 5 seconds, 15, 45 and so on up to an hour"
                  + " each.");

  static final Setting<Duration> WEBHOOK_MAX_AGE =
      GROUP
          .entry("webhook-max-age", new Kind.Time())
          .initially("24h")
          .flag()
          .help("How long after its event a delivery is tried again.");

  private WebhookEntries() {}
}
