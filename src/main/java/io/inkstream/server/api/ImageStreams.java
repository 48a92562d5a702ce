package io.inkstream.server.api;

import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.http.AnswerThreads;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.http.Readers;
import io.inkstream.server.http.ServerSentEvents;
import io.inkstream.server.http.StreamOutbox;
import io.inkstream.server.http.TakenChunks;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.refusal.Refusals;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;

/// Opens streamed answers. A reader that goes away cancels its job.
@Singleton
final class ImageStreams {
  private static final Duration POSITION_INTERVAL = Duration.ofSeconds(1);

  private final JobQueue queue;
  private final ImageStreamWriter writer;
  private final AnswerThreads threads;
  private final Readers readers;
  private final Vertx vertx;
  private final Duration heartbeat;

  ImageStreams(
      JobQueue queue,
      ImageStreamWriter writer,
      AnswerThreads threads,
      Readers readers,
      Vertx vertx,
      ServerSettings settings) {
    this.queue = queue;
    this.writer = writer;
    this.threads = threads;
    this.readers = readers;
    this.vertx = vertx;
    this.heartbeat = settings.heartbeat();
  }

  /// The frames of an answer. What is refused fails before the first.
  Multi<byte[]> open(ImageOrder order, StreamOrder wanted) {
    HttpServerRequest request = readers.request();
    return TakenChunks.of(emitter -> start(request, order, wanted, emitter));
  }

  private void start(
      HttpServerRequest request,
      ImageOrder order,
      StreamOrder wanted,
      MultiEmitter<? super byte[]> emitter) {
    var outbox =
        new StreamOutbox(
            emitter,
            threads,
            () -> writer.error(OpenAiError.of(Refusals.ofStatus(500, "", "", null))));
    var stream = new ImageStream(order, wanted, writer, outbox);
    ImageJob job = queue.submit(order.order(), JobKind.REQUEST, stream);
    // The first frame: headers leave with it.
    outbox.send(() -> ServerSentEvents.comment("admitted"));
    stream.position(queue.position(job));
    Runnable timers = timers(stream, job, wanted);
    Runnable watch = readers.watch(request, outbox);
    emitter.onTermination(() -> {
      timers.run();
      watch.run();
      outbox.close();
      job.cancel();
    });
  }

  /// @return stops them
  private Runnable timers(ImageStream stream, ImageJob job, StreamOrder wanted) {
    Runnable beats = every(heartbeat, stream::heartbeat);
    Runnable positions =
        every(
            wanted.progress() ? POSITION_INTERVAL : Duration.ZERO,
            () -> stream.position(queue.position(job)));
    return () -> {
      beats.run();
      positions.run();
    };
  }

  private Runnable every(Duration interval, Runnable task) {
    if (interval.isZero()) {
      return () -> {};
    }
    long timer = vertx.setPeriodic(interval.toMillis(), ignored -> task.run());
    return () -> vertx.cancelTimer(timer);
  }
}
