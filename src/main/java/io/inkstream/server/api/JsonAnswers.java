package io.inkstream.server.api;

import io.inkstream.server.http.AnswerThreads;
import io.inkstream.server.http.Readers;
import io.inkstream.server.http.StreamOutbox;
import io.inkstream.server.http.TakenChunks;
import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobQueue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;

/// Opens answers in one JSON. A client that goes away cancels its job.
@Singleton
final class JsonAnswers {
  private final JobQueue queue;
  private final PictureLinks links;
  private final ImagesResponseWriter writer;
  private final AnswerThreads threads;
  private final Readers readers;

  JsonAnswers(
      JobQueue queue,
      PictureLinks links,
      ImagesResponseWriter writer,
      AnswerThreads threads,
      Readers readers) {
    this.queue = queue;
    this.links = links;
    this.writer = writer;
    this.threads = threads;
    this.readers = readers;
  }

  /// The chunks of an answer. What is refused, and a job that fails, fail before the first.
  Multi<byte[]> open(ImageOrder order) {
    HttpServerRequest request = readers.request();
    return links
        .requireRoom(order)
        .onItem()
        .transformToMulti(kept -> TakenChunks.of(emitter -> start(request, kept, emitter)));
  }

  private void start(
      HttpServerRequest request, ImageOrder order, MultiEmitter<? super byte[]> emitter) {
    var outbox = new StreamOutbox(emitter, threads);
    var answer = new JsonAnswer(drawn -> writer.write(order, drawn), outbox);
    ImageJob job = queue.submit(order.order(), JobKind.REQUEST, answer);
    Runnable watch = readers.watch(request, outbox);
    emitter.onTermination(() -> {
      watch.run();
      outbox.close();
      job.cancel();
    });
  }
}
