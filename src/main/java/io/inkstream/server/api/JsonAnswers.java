package io.inkstream.server.api;

import io.inkstream.server.jobs.ImageJob;
import io.inkstream.server.jobs.JobKind;
import io.inkstream.server.jobs.JobQueue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;

/// Opens answers in one JSON. A client that goes away cancels its job.
@Singleton
final class JsonAnswers {
  private final JobQueue queue;
  private final PictureLinks links;
  private final ImagesResponseWriter writer;

  JsonAnswers(JobQueue queue, PictureLinks links, ImagesResponseWriter writer) {
    this.queue = queue;
    this.links = links;
    this.writer = writer;
  }

  /// The chunks of an answer. What is refused, and a job that fails, fail before the first.
  Multi<byte[]> open(ImageOrder order) {
    return links
        .requireRoom(order)
        .onItem()
        .transformToMulti(kept -> TakenChunks.of(emitter -> start(kept, emitter)));
  }

  private void start(ImageOrder order, MultiEmitter<? super byte[]> emitter) {
    var outbox = new StreamOutbox(emitter, Infrastructure.getDefaultExecutor());
    var answer = new JsonAnswer(drawn -> writer.write(order, drawn), outbox);
    ImageJob job = queue.submit(order.order(), JobKind.REQUEST, answer);
    emitter.onTermination(() -> {
      outbox.close();
      job.cancel();
    });
  }
}
