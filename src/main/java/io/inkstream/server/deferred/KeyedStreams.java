package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.api.ImageStreamWriter;
import io.inkstream.server.api.ImagesResponse;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.http.ErrorMappers;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.http.ServerSentEvents;
import io.inkstream.server.jobstore.JobEvents;
import io.inkstream.server.jobstore.JobStatus;
import io.inkstream.server.jobstore.Place;
import io.inkstream.server.jobstore.StoredEvent;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A kept job as a streamed answer of `/v1/images/generations`: whoever asks again under its key
/// hears of the same drawing. It has no partial pictures: what happens to a job is kept for all who
/// watch, and full pictures would crowd out the rest.
@Singleton
final class KeyedStreams {
  /// Of a job's event, not of a stream's.
  private static final Set<String> OF_JOBS =
      Set.of("type", "id", "object", "at", "status", "progress");

  private final JobDesk desk;
  private final JobAnswers answers;
  private final JobEventStreams events;
  private final ImageStreamWriter writer;
  private final ObjectMapper mapper;

  KeyedStreams(
      JobDesk desk,
      JobAnswers answers,
      JobEventStreams events,
      ImageStreamWriter writer,
      ObjectMapper mapper) {
    this.desk = desk;
    this.answers = answers;
    this.events = events;
    this.writer = writer;
    this.mapper = mapper;
  }

  /// The frames. A job that has failed already fails before the first.
  ///
  /// @param progress whether it has an event for each step
  /// @param family what its events are named by: `image_generation` or `image_edit`
  Multi<byte[]> open(Uni<StoredJob> handedIn, boolean progress, String family) {
    return handedIn
        .invoke(this::requireHope)
        .onItem()
        .transformToMulti(job ->
            events.beating(
                ServerSentEvents.comment("admitted").next(),
                Multi.createBy()
                    .concatenating()
                    .streams(
                        progress ? progress(job, family) : Multi.createFrom().empty(),
                        end(job.id(), family))));
  }

  private void requireHope(StoredJob job) {
    if (job.status().isEnd() && job.result().isEmpty()) {
      throw answers.failed(job);
    }
  }

  private Multi<byte[]> progress(StoredJob job, String family) {
    return Multi.createBy().concatenating().streams(place(job, family), steps(job, family));
  }

  /// Where it stands, if it waits.
  private Multi<byte[]> place(StoredJob job, String family) {
    return job.status() == JobStatus.QUEUED
        ? Uni.createFrom()
            .completionStage(() -> desk.store().places(List.of(job.id()), desk.order()))
            .onItem()
            .transformToMulti(places -> queued(job, family, places.get(job.id())))
        : Multi.createFrom().empty();
  }

  private Multi<byte[]> queued(StoredJob job, String family, @Nullable Place place) {
    if (place == null) {
      return Multi.createFrom().empty();
    }
    long waited = Math.max(0, Duration.between(job.created(), Instant.now()).toMillis());
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    said.put("stage", "queued").put("elapsed_s", waited / 1000.0);
    return chunks(writer.progress(family, said.put("queue_position", place.position())));
  }

  private Multi<byte[]> steps(StoredJob job, String family) {
    return desk.store()
        .events(job.id(), 0)
        .select()
        .where(KeyedStreams::isProgress)
        .onItem()
        .transformToMultiAndConcatenate(event -> chunks(writer.progress(family, said(event))));
  }

  private static boolean isProgress(StoredEvent event) {
    return event.type().equals(JobEvents.PROGRESS);
  }

  private ObjectNode said(StoredEvent event) {
    try {
      return ((ObjectNode) mapper.readTree(event.data())).without(OF_JOBS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asked for when nothing more happens to the job, or the store closes.
  private Multi<byte[]> end(String id, String family) {
    return Uni.createFrom()
        .deferred(() -> answers.find(id))
        .chain(answers::files)
        .onItem()
        .transformToMulti(answer -> pictures(answer, family))
        .onFailure()
        .recoverWithMulti(
            failure -> chunks(writer.error(OpenAiError.of(ErrorMappers.refusal(failure)))));
  }

  private Multi<byte[]> pictures(ImagesResponse answer, String family) {
    Iterator<Chunks> frames =
        IntStream.range(0, answer.data().size())
            .mapToObj(index -> writer.completed(family, answer, index))
            .iterator();
    return Multi.createFrom()
        .<Chunks>iterable(() -> frames)
        .onItem()
        .transformToMultiAndConcatenate(KeyedStreams::chunks);
  }

  private static Multi<byte[]> chunks(Chunks chunks) {
    return Multi.createFrom().iterable(() -> chunks);
  }
}
