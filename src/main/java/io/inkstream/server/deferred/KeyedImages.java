package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.api.ImageOrderReader;
import io.inkstream.server.api.ImageRequestBody;
import io.inkstream.server.api.KeyedAnswers;
import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.http.ChunkedJson;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.jobstore.StoredJob;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Fields;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Answers requests that may come again: each is a job that is kept, so that one that comes again
/// waits for the same pictures. A client that hangs up leaves its job alone.
@Singleton
final class KeyedImages implements KeyedAnswers {
  private static final Duration LONGEST = Duration.ofDays(1);

  private final ImageRequestBody bodies;
  private final PictureLinks links;
  private final JobOrders orders;
  private final JobAnswers answers;
  private final ChunkedJson json;
  private final KeyedStreams streams;

  KeyedImages(
      ImageRequestBody bodies,
      PictureLinks links,
      JobOrders orders,
      JobAnswers answers,
      ChunkedJson json,
      KeyedStreams streams) {
    this.bodies = bodies;
    this.links = links;
    this.orders = orders;
    this.answers = answers;
    this.json = json;
    this.streams = streams;
  }

  @Override
  public Answer open(String key, @Nullable String authorization, byte[] body) {
    ObjectNode whole = bodies.whole(body);
    ImageOrderReader.requireWords(Fields.of(whole));
    return answer(JobOrders.Name.ofNew(key, authorization), whole, "image_generation");
  }

  @Override
  public Answer open(String key, @Nullable String authorization, ObjectNode body) {
    return answer(JobOrders.Name.ofNew(key, authorization), bodies.withExtras(body), "image_edit");
  }

  private Answer answer(JobOrders.Name name, ObjectNode body, String family) {
    var fields = Fields.of(body);
    boolean progress = fields.flag(Field.STREAM_PROGRESS).orElse(false);
    Uni<StoredJob> job = orders.handIn(name, body, true);
    return fields.flag(Field.STREAM).orElse(false)
        ? new Answer(true, streams.open(job, progress, family))
        : new Answer(false, json(job, links.base()));
  }

  private Multi<byte[]> json(Uni<StoredJob> handedIn, URI base) {
    return handedIn
        .chain(job -> answers.settled(job, LONGEST))
        .chain(job -> answers.pictures(job, base))
        .onItem()
        .transformToMulti(result -> chunks(json.write(result)));
  }

  private static Multi<byte[]> chunks(Chunks chunks) {
    return Multi.createFrom().iterable(() -> chunks);
  }
}
