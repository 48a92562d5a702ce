package io.inkstream.server.deferred;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.api.ImageOrder;
import io.inkstream.server.api.ImageOrderReader;
import io.inkstream.server.api.ImageRequestBody;
import io.inkstream.server.api.ImagesResponseWriter;
import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.batch.LineAnswer;
import io.inkstream.server.batch.LineDrawer;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.ErrorMappers;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Fields;
import io.inkstream.server.refusal.Refusal;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/// Draws a batch's requests as if each had come to `/v1/images/generations`, behind all that did:
/// here, or, where servers share a store of jobs, on whichever is free.
@Singleton
final class BatchLines implements LineDrawer {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final ImageRequestBody bodies;
  private final ImageOrderReader orders;
  private final PictureLinks links;
  private final ImagesResponseWriter writer;
  private final JobQueue queue;
  private final JobDesk desk;
  private final SharedLineAnswers answers;
  private final ServerSettings settings;
  private final ObjectMapper mapper;

  BatchLines(
      ImageRequestBody bodies,
      ImageOrderReader orders,
      PictureLinks links,
      ImagesResponseWriter writer,
      JobQueue queue,
      JobDesk desk,
      SharedLineAnswers answers,
      ServerSettings settings,
      ObjectMapper mapper) {
    this.bodies = bodies;
    this.orders = orders;
    this.links = links;
    this.writer = writer;
    this.queue = queue;
    this.desk = desk;
    this.answers = answers;
    this.settings = settings;
    this.mapper = mapper;
  }

  @Override
  public String model() {
    return settings.model().name();
  }

  @Override
  public boolean drawsHere() {
    return !desk.store().isShared();
  }

  @Override
  public Drawing draw(String name, ObjectNode body, URI base) {
    return desk.store().isShared() ? shared(name, body, base) : here(body, base);
  }

  private Drawing here(ObjectNode body, URI base) {
    var drawing = new BatchLineDrawing(writer, this::refused);
    try {
      ImageOrder order = orders.readWords(fields(body), () -> base);
      links.requireRoomNow(order);
      drawing.drawnBy(order, reader -> queue.submit(order.order(), JobKind.BATCH, reader));
    } catch (RuntimeException e) {
      drawing.end(refused(e));
    }
    return drawing;
  }

  /// Whoever shares the store may draw it.
  private Drawing shared(String name, ObjectNode body, URI base) {
    var drawing = new SharedLineDrawing(name, desk, answers, this::refused);
    try {
      ImageOrder order = orders.read(fields(body), () -> base);
      drawing.draw(order, base);
    } catch (RuntimeException e) {
      drawing.end(refused(e));
    }
    return drawing;
  }

  private Fields fields(ObjectNode body) {
    Fields fields = bodies.read(body);
    if (fields.flag(Field.STREAM).orElse(false)) {
      throw ApiException.badRequest("stream", "stream is true, must be false in a batch");
    }
    return fields;
  }

  /// What would go well another time is not an answer.
  private LineAnswer refused(Throwable cause) {
    Throwable failure =
        cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    if (failure instanceof CancelledException) {
      return new LineAnswer.NotNow(SOON);
    }
    Refusal refusal = ErrorMappers.refusal(failure);
    return refusal
        .retryAfter()
        .<LineAnswer>map(LineAnswer.NotNow::new)
        .orElseGet(() -> new LineAnswer.Refused(refusal.status(), json(OpenAiError.of(refusal))));
  }

  private byte[] json(OpenAiError error) {
    try {
      return mapper.writeValueAsBytes(error);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an error has no form in JSON", e);
    }
  }
}
