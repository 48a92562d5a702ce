package io.inkstream.server.api;

import io.inkstream.server.http.ServerSentEvents;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestMulti;

/// Answers orders as they want it: by JSON, or by a stream of events. The body says which, not the
/// `Accept` header, in which OpenAI's clients ask for JSON either way.
@Singleton
public final class ImageAnswers {
  private final JsonAnswers answers;
  private final ImageStreams streams;

  ImageAnswers(JsonAnswers answers, ImageStreams streams) {
    this.answers = answers;
    this.streams = streams;
  }

  /// What is refused fails before the first chunk.
  public RestMulti<byte[]> open(ImageOrder order) {
    return order.stream()
        .map(wanted -> stream(streams.open(order, wanted)))
        .orElseGet(() -> json(answers.open(order)));
  }

  /// An answer to who may ask again.
  public static RestMulti<byte[]> of(KeyedAnswers.Answer answer) {
    return answer.events() ? stream(answer.chunks()) : json(answer.chunks());
  }

  private static RestMulti<byte[]> stream(Multi<byte[]> frames) {
    return RestMulti.fromMultiData(frames)
        .header(HttpHeaders.CONTENT_TYPE, ServerSentEvents.MEDIA_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("X-Accel-Buffering", "no")
        .build();
  }

  private static RestMulti<byte[]> json(Multi<byte[]> chunks) {
    return RestMulti.fromMultiData(chunks)
        .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
        .build();
  }
}
