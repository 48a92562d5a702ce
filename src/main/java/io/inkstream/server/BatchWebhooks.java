package io.inkstream.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.inkstream.server.batch.Batch;
import io.inkstream.server.outbound.Destination;
import io.inkstream.server.webhook.WebhookEvent;
import io.inkstream.server.webhook.Webhooks;
import java.util.List;
import java.util.function.Consumer;

/// Tells of the ends of batches, as OpenAI does: `batch.completed` and the like, with the batch's
/// id. What a kill interrupts is told again, with the same id of the event.
record BatchWebhooks(Webhooks webhooks) implements Consumer<Batch> {
  @Override
  public void accept(Batch ended) {
    String id = ended.id();
    String type = "batch." + ended.status();
    var event =
        WebhookEvent.named(
            "evt_%s_%s".formatted(id.substring(id.indexOf('_') + 1), ended.status()),
            type,
            JsonNodeFactory.instance.objectNode().put("id", id));
    webhooks.sendNow(
        event,
        ended
            .order()
            .webhook()
            .map(url -> List.of(new Destination(url)))
            .orElseGet(webhooks::standing));
  }
}
