package io.inkstream.server.telemetry;

import io.inkstream.server.webhook.DeliveryEvent;
import io.inkstream.server.webhook.Webhooks;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Consumer;

/// Counts deliveries: `inkstream_webhook_attempts_total{result}` with result `delivered`, `failed`
/// (another attempt follows), `given_up` or `dropped`, the histogram
/// `inkstream_webhook_delivery_seconds` from event to receiver, and the gauge
/// `inkstream_webhook_waiting`.
public final class WebhookMetrics implements Consumer<DeliveryEvent> {
  private final MeterRegistry registry;
  private final Timer age;

  public WebhookMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.age = Buckets.histogram("inkstream.webhook.delivery").register(registry);
    for (String result : new String[] {"delivered", "failed", "given_up", "dropped"}) {
      count(result, 0);
    }
  }

  /// Shows how many wait.
  public void watch(Webhooks webhooks) {
    Gauge.builder("inkstream.webhook.waiting", webhooks, Webhooks::waiting).register(registry);
  }

  @Override
  public void accept(DeliveryEvent event) {
    switch (event) {
      case DeliveryEvent.Delivered delivered -> {
        age.record(delivered.age());
        count("delivered", 1);
      }
      case DeliveryEvent.TriedInVain _ -> count("failed", 1);
      case DeliveryEvent.GivenUp _ -> count("given_up", 1);
      case DeliveryEvent.Dropped _ -> count("dropped", 1);
    }
  }

  private void count(String result, int more) {
    registry.counter("inkstream.webhook.attempts", "result", result).increment(more);
  }
}
