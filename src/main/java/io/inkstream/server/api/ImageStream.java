package io.inkstream.server.api;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.Prediction;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.api.StreamOutbox.Kind;
import io.inkstream.server.jobs.ImageEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// One request's events, as frames for its reader. Pictures on the way are decoded on the worker,
/// which has the latents; encoded they are when the reader takes them.
final class ImageStream {
  /// Time for steps after each time for decoding previews.
  private static final int STEPS_TO_DECODING = 4;

  private final ImageOrder order;
  private final StreamOrder wanted;
  private final ImageStreamWriter writer;
  private final StreamOutbox outbox;
  private final String id = UUID.randomUUID().toString();
  private final Instant queued = Instant.now();
  private int lastPosition;
  private long nextDecoding = Long.MIN_VALUE;

  ImageStream(ImageOrder order, StreamOrder wanted, ImageStreamWriter writer, StreamOutbox outbox) {
    this.order = order;
    this.wanted = wanted;
    this.writer = writer;
    this.outbox = outbox;
  }

  void on(ImageEvent event) {
    switch (event) {
      case ImageEvent.StageBegan stage -> stage(stage);
      case ImageEvent.Progress progress -> step(progress);
      case ImageEvent.Completed completed -> complete(completed);
      case ImageEvent.Failed failed -> fail(failed.cause());
      case ImageEvent.Cancelled _ -> fail(new CancelledException());
    }
  }

  /// Shows that the connection lives, unless something else does.
  void heartbeat() {
    if (outbox.isEmpty()) {
      outbox.offer(Kind.HEARTBEAT, () -> ServerSentEvents.comment("heartbeat"));
    }
  }

  /// Tells the place in the queue, if it has changed.
  ///
  /// @param position from 1; 0: not in the queue any more
  void position(int position) {
    if (wanted.progress() && position > 0 && position != lastPosition) {
      Duration waited = Duration.between(queued, Instant.now());
      outbox.offer(Kind.STAGE, () -> writer.queued(position, waited));
    }
    lastPosition = position;
  }

  private void stage(ImageEvent.StageBegan stage) {
    if (wanted.progress()) {
      outbox.offer(Kind.STAGE, () -> writer.stage(stage));
    }
  }

  private void step(ImageEvent.Progress progress) {
    if (wanted.progress()) {
      List<Pixels> previews = previews(progress.prediction());
      outbox.offer(Kind.STEP, () -> writer.step(progress, previews));
    }
    int partial = wanted.partialAfter(progress.step(), progress.steps());
    if (partial >= 0) {
      partial(progress, partial);
    }
  }

  private List<Pixels> previews(Prediction prediction) {
    return switch (wanted.preview()) {
      case NONE -> List.of();
      case FAST -> each(prediction, prediction::sketch);
      case FULL -> decoded(prediction);
    };
  }

  /// Decoding is dear: not while the reader still has the last ones to take, and only for a part of
  /// the time.
  private List<Pixels> decoded(Prediction prediction) {
    long start = System.nanoTime();
    if (!outbox.isEmpty() || start < nextDecoding) {
      return List.of();
    }
    List<Pixels> pictures = each(prediction, prediction::smallPicture);
    long end = System.nanoTime();
    nextDecoding = end + STEPS_TO_DECODING * (end - start);
    return pictures;
  }

  private static List<Pixels> each(Prediction prediction, IntFunction<Pixels> picture) {
    return IntStream.range(0, prediction.images()).mapToObj(picture).toList();
  }

  private void partial(ImageEvent.Progress progress, int index) {
    int step = progress.step();
    int steps = progress.steps();
    for (int image = 0; image < progress.prediction().images(); image++) {
      int of = image;
      Pixels pixels = progress.prediction().picture(image);
      outbox.send(() -> writer.partial(order, pixels, index, of, step, steps));
    }
  }

  private void complete(ImageEvent.Completed completed) {
    for (GeneratedImage image : completed.images()) {
      outbox.send(() -> writer.completed(order, completed, image, id));
    }
    outbox.end();
  }

  private void fail(Throwable cause) {
    OpenAiError error = OpenAiError.of(ErrorMappers.refusal(cause));
    outbox.send(() -> writer.error(error));
    outbox.end();
  }
}
