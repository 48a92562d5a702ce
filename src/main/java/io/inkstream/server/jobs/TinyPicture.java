package io.inkstream.server.jobs;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.request.Texts;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.order.Order;
import io.inkstream.server.order.PictureSize;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The smallest picture that every model draws, in one step, drawn the way of all jobs: it shows
/// that the model draws.
public final class TinyPicture {
  private static final int SIDE = 32;
  private static final GenerationRequest DRAWING =
      GenerationRequest.of("a")
          .withTexts(new Texts(List.of("a"), List.of(), 16))
          .withCanvas(SIDE, SIDE)
          .withGuidance(1, 1);
  private static final InputPicture BLACK =
      InputPicture.of(new Pixels(SIDE, SIDE, new byte[3 * SIDE * SIDE]));

  private final CompletableFuture<Void> drawn = new CompletableFuture<>();
  private final ImageJob job;

  private TinyPicture(JobQueue queue, JobKind kind, GenerationRequest drawing) {
    boolean words = queue.tasks().contains(Task.TEXT_TO_IMAGE);
    var given = words ? InputPictures.NONE : InputPictures.of(List.of(BLACK)).withSetSize(false);
    job = queue.submit(Order.of(drawing.withInputs(given)), kind, JobReader.of(this::hear));
  }

  /// Begins to draw it.
  ///
  /// @throws RuntimeException as [JobQueue#submit]
  public static TinyPicture draw(JobQueue queue, JobKind kind) {
    return new TinyPicture(queue, kind, DRAWING);
  }

  /// Begins to draw a picture that warms the server up.
  ///
  /// @throws RuntimeException as [JobQueue#submit]
  public static TinyPicture warmUp(JobQueue queue, PictureSize size, int steps) {
    var drawing = DRAWING.withCanvas(size.width(), size.height()).withSteps(steps);
    return new TinyPicture(queue, JobKind.WARM_UP, drawing);
  }

  /// Completes when it is drawn; fails with what the drawing fails with, or with a
  /// [CancelledException].
  public CompletableFuture<Void> drawn() {
    return drawn;
  }

  public void cancel() {
    job.cancel();
  }

  private void hear(JobEvent event) {
    switch (event) {
      case JobEvent.Completed _ -> drawn.complete(null);
      case JobEvent.Failed failed -> drawn.completeExceptionally(failed.cause());
      case JobEvent.Cancelled _ -> drawn.completeExceptionally(new CancelledException());
      case Queued _, Started _, StageBegan _, StageEnded _, StepMade _, Rejected _ -> {}
    }
  }
}
