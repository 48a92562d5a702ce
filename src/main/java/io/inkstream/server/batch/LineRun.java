package io.inkstream.server.batch;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// One request of a batch from its turn to its line in a file.
///
/// @param first its drawing, begun: whoever reads the file begins them in its order
record LineRun(
    BatchLine line,
    Batch batch,
    LineDrawer drawer,
    BatchFiles output,
    OpenDrawings drawings,
    Consumer<BatchEvent> watcher,
    LineDrawer.Drawing first)
    implements Runnable {
  private static final Logger LOG = Logger.getLogger(LineRun.class);
  private static final Duration DISK_WAIT = Duration.ofSeconds(10);

  static LineRun begin(
      BatchLine line,
      Batch batch,
      LineDrawer drawer,
      BatchFiles output,
      OpenDrawings drawings,
      Consumer<BatchEvent> watcher) {
    return new LineRun(line, batch, drawer, output, drawings, watcher, draw(line, batch, drawer));
  }

  private static LineDrawer.Drawing draw(BatchLine line, Batch batch, LineDrawer drawer) {
    return drawer.draw(batch.id() + "_" + line.number(), line.body(), batch.order().links());
  }

  /// For a virtual thread: it waits.
  @Override
  public void run() {
    try {
      Duration wait = await(first);
      while (!wait.isNegative()) {
        if (!drawings.mayAfter(wait)) {
          leave();
          return;
        }
        wait = await(draw(line, batch, drawer));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leave();
    }
  }

  /// @return negative: it is done
  private Duration await(LineDrawer.Drawing drawing) {
    if (!drawings.add(drawing)) {
      drawing.close();
    }
    try {
      return written(drawing.answer().join());
    } catch (IOException e) {
      LOG.warnf("%s waits for the disk: %s", batch.id(), e.getMessage());
      return DISK_WAIT;
    } finally {
      drawings.remove(drawing);
      drawing.close();
    }
  }

  private Duration written(LineAnswer answer) throws IOException {
    switch (answer) {
      case LineAnswer.Drawn drawn -> output.write(line, drawn);
      case LineAnswer.Refused refused -> output.write(line, refused);
      case LineAnswer.NotNow(Duration wait) -> {
        return wait;
      }
    }
    watcher.accept(new BatchEvent.LineDone(answer instanceof LineAnswer.Drawn));
    return Duration.ofNanos(-1);
  }

  private void leave() {
    drawings.leave();
    try {
      output.tries().takeBack(line.number());
    } catch (IOException e) {
      LOG.warnf("%s: a try is not taken back: %s", batch.id(), e.getMessage());
    }
  }
}
