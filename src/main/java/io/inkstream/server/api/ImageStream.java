package io.inkstream.server.api;

import io.inkstream.engine.image.Picture;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.http.ErrorMappers;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.http.ServerSentEvents;
import io.inkstream.server.http.StreamOutbox;
import io.inkstream.server.http.StreamOutbox.Kind;
import io.inkstream.server.jobs.FinishedPicture;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Cancelled;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobReader;
import io.inkstream.server.jobs.View;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// One request's events, as frames for its reader. Pictures on the way are decoded on the worker,
/// which has the latents; encoded they are when a reader takes them.
final class ImageStream implements JobReader {
  private final ImageOrder order;
  private final StreamOrder wanted;
  private final ImageStreamWriter writer;
  private final StreamOutbox outbox;
  private final String id = UUID.randomUUID().toString();
  private final long begin = System.nanoTime();
  private int lastPosition;
  private int partials;

  ImageStream(ImageOrder order, StreamOrder wanted, ImageStreamWriter writer, StreamOutbox outbox) {
    this.order = order;
    this.wanted = wanted;
    this.writer = writer;
    this.outbox = outbox;
  }

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case StageBegan stage -> stage(stage);
      case StepMade step -> step(step);
      case Completed completed -> complete(completed);
      case Failed failed -> fail(failed.cause());
      case Cancelled _ -> fail(new CancelledException());
      case Queued _, Started _, StageEnded _, Rejected _ -> {}
    }
  }

  @Override
  public Set<View> views(int step, int steps) {
    Set<View> views = EnumSet.noneOf(View.class);
    preview().filter(this::isWorthIt).ifPresent(views::add);
    if (isNewPartial(wanted.partialAfter(step, steps))) {
      views.add(View.WHOLE);
    }
    return views;
  }

  private Optional<View> preview() {
    return wanted.progress() ? wanted.preview().view() : Optional.empty();
  }

  /// Decoding is dear: not while the reader still has the last ones to take.
  private boolean isWorthIt(View view) {
    return view != View.SMALL || outbox.isEmpty();
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
      Duration waited = Duration.ofNanos(System.nanoTime() - begin);
      outbox.offer(Kind.STAGE, () -> writer.queued(order, position, waited));
    }
    lastPosition = position;
  }

  private void stage(StageBegan stage) {
    if (wanted.progress()) {
      outbox.offer(Kind.STAGE, () -> writer.stage(order, stage));
    }
  }

  private void step(StepMade made) {
    if (wanted.progress()) {
      var previews = preview().map(view -> pictures(made, view)).orElse(List.of());
      outbox.offer(Kind.STEP, () -> writer.step(order, made, previews));
    }
    int index = wanted.partialAfter(made.step(), made.steps());
    if (isNewPartial(index)) {
      partials = index + 1;
      partial(made, index);
    }
  }

  /// Of steps that are made again, those that were sent are the same.
  private boolean isNewPartial(int index) {
    return index >= partials;
  }

  private void partial(StepMade made, int index) {
    List<Picture> pictures = pictures(made, View.WHOLE);
    for (int image = 0; image < pictures.size(); image++) {
      int of = image;
      outbox.send(() -> writer.partial(order, pictures.get(of), index, of, made));
    }
  }

  private static List<Picture> pictures(StepMade made, View view) {
    return made.pictures().getOrDefault(view, List.of());
  }

  private void complete(Completed completed) {
    end(() -> {
      for (FinishedPicture picture : completed.drawn().pictures()) {
        outbox.send(() -> writer.completed(order, completed.drawn(), picture, id));
      }
    });
  }

  private void fail(Throwable cause) {
    end(() -> {
      OpenAiError error = OpenAiError.of(ErrorMappers.refusal(cause));
      outbox.send(() -> writer.error(error));
    });
  }

  private void end(Runnable last) {
    try {
      last.run();
      outbox.end();
    } catch (Throwable e) { // one end, whatever happens
      outbox.fail(e);
    }
  }
}
