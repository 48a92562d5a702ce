package io.inkstream.server.deferred;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.api.ImageOrder;
import io.inkstream.server.api.ImageOrderReader;
import io.inkstream.server.api.ImageRequestBody;
import io.inkstream.server.api.KeyedAnswers;
import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.api.Preview;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.claims.JobRequest;
import io.inkstream.server.edits.EditIntake;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.jobstore.Acceptance;
import io.inkstream.server.jobstore.JobStoreException;
import io.inkstream.server.jobstore.JobStoreException.Why;
import io.inkstream.server.jobstore.StoredJob;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Fields;
import io.inkstream.server.store.StoreException;
import io.inkstream.server.webhook.JobHooks;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Hands requests in as jobs: once, however often they come.
@Singleton
final class JobOrders {
  // They say how its client hears of a drawing, not what is drawn.
  private static final List<Field> OF_STREAMS =
      List.of(Field.STREAM, Field.PARTIAL_IMAGES, Field.STREAM_PROGRESS);

  private final JsonMapper canonical =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private final ImageRequestBody body;
  private final ImageOrderReader orders;
  private final PictureLinks links;
  private final JobDesk desk;
  private final EditIntake edits;
  private final JobWebhooks hooks;

  JobOrders(
      ImageRequestBody body,
      ImageOrderReader orders,
      PictureLinks links,
      JobDesk desk,
      EditIntake edits,
      JobWebhooks hooks) {
    this.hooks = hooks;
    this.body = body;
    this.orders = orders;
    this.links = links;
    this.desk = desk;
    this.edits = edits;
  }

  /// Where links begin, of a job and of its answer: asked for while its request is at hand.
  private record Bases(URI ofJob, URI ofAnswer) {}

  /// What a request is handed in as.
  ///
  /// @param key under which its client may ask again
  /// @param named what an error calls the name that was given before
  record Name(String id, Optional<String> key, String named) {
    /// An id of ours, known again by the key that its client gave, if it gave one.
    static Name ofNew(@Nullable String key, @Nullable String authorization) {
      return new Name(
          JobNames.newId(),
          Optional.ofNullable(key).map(given -> JobNames.key(given, authorization)),
          KeyedAnswers.HEADER);
    }

    /// An id that its client chose.
    static Name chosen(String id) {
      return new Name(JobNames.chosen(id), Optional.empty(), "id");
    }
  }

  /// A job of a body as `/v1/images/generations` takes it: a new one, or the one that was made of
  /// the same before. To be called on the request's event loop.
  ///
  /// @param files whether the answer holds the pictures where the body does not say
  /// @throws ApiException or what reading an order throws
  Uni<StoredJob> handIn(Name name, byte[] json, boolean files) {
    ObjectNode whole = body.whole(json);
    if (!EditIntake.brings(whole)) {
      return handIn(name, whole, files);
    }
    Bases bases = bases();
    return edits.take(whole).chain(edit -> handIn(name, edit.fields(), files, bases));
  }

  /// The same of a body that has been read, and whose pictures are kept. With `files` it may want a
  /// stream, too.
  Uni<StoredJob> handIn(Name name, ObjectNode whole, boolean files) {
    return handIn(name, body.withExtras(whole), files, bases());
  }

  private Bases bases() {
    return new Bases(links.beginOfJob(), links.base());
  }

  private Uni<StoredJob> handIn(Name name, ObjectNode whole, boolean files, Bases bases) {
    String fingerprint = fingerprint(whole);
    var fields = Fields.of(whole);
    if (!files && fields.flag(Field.STREAM).orElse(false)) {
      throw ApiException.badRequest(
          "stream", "stream is true, must be false: a job's events have a route of their own");
    }
    URI base = bases.ofJob();
    ImageOrder order = orders.read(fields, bases::ofAnswer);
    boolean held =
        fields.text(Field.RESPONSE_FORMAT).map("b64_json"::equalsIgnoreCase).orElse(files);
    var preview = fields.text(Field.PREVIEW).map(Preview::named).flatMap(Preview::view);
    var request = new JobRequest(order.order(), order.quality(), held, base, preview);
    Optional<JobHooks.Hook> hook = hooks.of(name.id(), whole);
    return links
        .requireRoom(order.linkedAt(base))
        .onFailure(StoreException.class)
        .transform(
            full -> new JobStoreException(Why.NO_ROOM, String.valueOf(full.getMessage()), full))
        .chain(() -> hooks.written(hook))
        .chain(told ->
            Uni.createFrom()
                .completionStage(() ->
                    desk.accept(name.id(), name.key(), fingerprint, request, Optional.empty()))
                .invoke(accepted -> hooks.heard(told, accepted))
                .onFailure()
                .invoke(failed -> hooks.dropped(told)))
        .map(accepted -> job(name, accepted));
  }

  private StoredJob job(Name name, Acceptance accepted) {
    return switch (accepted) {
      case Acceptance.Taken(StoredJob job) -> job;
      case Acceptance.Known(StoredJob job) -> job;
      case Acceptance.Conflict _ -> throw ApiException.otherRequest(name.named());
      case Acceptance.Full(int waiting) ->
          throw ApiException.tooManyJobs(waiting, desk.untilRoom());
    };
  }

  /// The same for the same fields, in whatever order; what is null is not said.
  private String fingerprint(ObjectNode fields) {
    ObjectNode said = fields.deepCopy();
    said.properties().removeIf(field -> field.getValue().isNull());
    OF_STREAMS.forEach(field -> said.remove(field.wireName()));
    said.findParents("sha256").forEach(kept -> ((ObjectNode) kept).remove("file_id"));
    try {
      Object plain = Objects.requireNonNull(canonical.treeToValue(said, Object.class));
      return JobNames.digest(canonical.writeValueAsString(plain));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree has no form in JSON", e);
    }
  }
}
