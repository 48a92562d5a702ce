package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Extrapolates by dynamic mode decomposition (cache-dit's `calibrators/dmd.py`): takes the
/// residuals of computed steps for the path of a linear system, whose solutions are sums of
/// exponentials.
///
/// It keeps the last `history` residuals with the steps they belong to, and uses the longest run of
/// them, back from the newest, whose steps are equally far apart. With 4 or more, [DmdFit] finds
/// the linear map that carries each to the next and applies it `elapsed / spacing` times, a
/// fraction if steps were computed less often than extrapolated; one fit serves until the next
/// computed step. Each picture of a batch has a fit of its own, but if one fails all pictures
/// repeat their newest residual.
///
/// With fewer than 4 it is a line, steeper than TaylorSeer's: the reference divides the change
/// since the computed step before the last by the steps since the last. The step counter lags as
/// [TaylorSeerCalibrator]'s does, and there is no line before it is above 1.
final class DmdCalibrator implements Calibrator {
  private static final int BLOCK = 1024;
  private static final int LEAST = 4;
  // The line needs the residual before the last.
  private static final int LINE = 3;

  private final CalibratorConfig.Dmd config;
  private final Deque<Snapshot> snapshots = new ArrayDeque<>();
  private final double[] block = new double[BLOCK];
  private final float[] read = new float[BLOCK];
  private Optional<List<DmdFit>> fit = Optional.empty();
  private boolean fitted;
  private boolean started;
  private int counter = -1;

  private record Snapshot(int step, PictureTensors residual) {}

  DmdCalibrator(CalibratorConfig.Dmd config) {
    this.config = config;
  }

  @Override
  public void markStepBegin() {
    if (started) {
      counter++;
    }
  }

  @Override
  public void update(List<Tensor> before, List<Tensor> after) {
    started = true;
    if (!snapshots.isEmpty() && !snapshots.getLast().residual().fits(after)) {
      forget();
    }
    boolean full = snapshots.size() == Math.max(config.history(), LINE);
    PictureTensors residual =
        full ? snapshots.removeFirst().residual() : new PictureTensors(ResidualArithmetic.HOST);
    snapshots.addLast(new Snapshot(counter, residual));
    residual.setDifference(after, before);
    fitted = false;
  }

  @Override
  public void addTo(List<Tensor> pictures) {
    List<Snapshot> tail = uniformTail();
    if (tail.isEmpty()) {
      throw new IllegalArgumentException("nothing was computed that could be extrapolated");
    }
    if (tail.size() < LEAST) {
      addLine(pictures);
      return;
    }
    Snapshot newest = tail.getLast();
    newest.residual().requireFits(pictures);
    if (!fitted) {
      fit = fit(tail, pictures.size());
      fitted = true;
    }
    double spacing = newest.step() - tail.get(tail.size() - 2).step();
    double horizon = (counter - newest.step()) / spacing;
    Optional<List<double[]>> weights = fit.flatMap(fits -> weights(fits, horizon));
    if (weights.isPresent()) {
      for (int picture = 0; picture < pictures.size(); picture++) {
        int at = picture;
        var path = tail.stream().map(snapshot -> snapshot.residual().get(at).buffer()).toList();
        addExtrapolated(pictures.get(picture), path, weights.get().get(picture));
      }
    } else {
      newest.residual().addTo(pictures);
    }
  }

  private void addLine(List<Tensor> pictures) {
    List<Snapshot> last = new ArrayList<>(snapshots).reversed();
    PictureTensors newest = last.getFirst().residual();
    int step = last.getFirst().step();
    if (last.size() < LINE || step <= 1) {
      newest.addTo(pictures);
      return;
    }
    newest.requireFits(pictures);
    float window = step - last.get(1).step();
    PictureTensors older = last.get(2).residual();
    for (int picture = 0; picture < pictures.size(); picture++) {
      addLine(
          pictures.get(picture), newest.get(picture), older.get(picture), window, counter - step);
    }
  }

  private static void addLine(Tensor picture, Tensor newest, Tensor older, float window, float by) {
    FloatBuffer x = picture.buffer();
    FloatBuffer y = newest.buffer();
    FloatBuffer o = older.buffer();
    for (int i = 0; i < x.limit(); i++) {
      float slope = (y.get(i) - o.get(i)) / window;
      x.put(i, y.get(i) + slope * by + x.get(i));
    }
  }

  private void forget() {
    snapshots.forEach(snapshot -> snapshot.residual().close());
    snapshots.clear();
    counter = -1;
  }

  // Oldest first; a single residual has no spacing.
  private List<Snapshot> uniformTail() {
    List<Snapshot> kept = List.copyOf(snapshots);
    List<Snapshot> all = kept.subList(Math.max(kept.size() - config.history(), 0), kept.size());
    int first = all.size() - 1;
    while (first > 0 && step(all, first) == step(all, all.size() - 1)) {
      first--;
    }
    return all.subList(Math.max(first, 0), all.size());
  }

  private static int step(List<Snapshot> all, int i) {
    return all.get(i).step() - all.get(i - 1).step();
  }

  private Optional<List<DmdFit>> fit(List<Snapshot> tail, int pictures) {
    List<DmdFit> fits = new ArrayList<>();
    for (int picture = 0; picture < pictures; picture++) {
      int at = picture;
      List<Tensor> path = tail.stream().map(snapshot -> snapshot.residual().get(at)).toList();
      Optional<DmdFit> one = DmdFit.of(path, config.rank(), config.ridge());
      if (one.isEmpty()) {
        return Optional.empty();
      }
      fits.add(one.get());
    }
    return Optional.of(fits);
  }

  private static Optional<List<double[]>> weights(List<DmdFit> fits, double horizon) {
    List<double[]> all = new ArrayList<>();
    for (DmdFit fit : fits) {
      double[] weights = fit.weights(horizon);
      if (!fit.staysFinite(weights)) {
        return Optional.empty();
      }
      all.add(weights);
    }
    return Optional.of(all);
  }

  private void addExtrapolated(Tensor picture, List<FloatBuffer> path, double[] weights) {
    FloatBuffer x = picture.buffer();
    for (int at = 0; at < x.limit(); at += BLOCK) {
      int length = Math.min(BLOCK, x.limit() - at);
      Arrays.fill(block, 0);
      for (int i = 0; i < weights.length; i++) {
        path.get(i + 1).get(at, read, 0, length);
        addScaled(block, read, length, weights[i]);
      }
      x.get(at, read, 0, length);
      addRounded(read, block, length);
      x.put(at, read, 0, length);
    }
  }

  // Loops over arrays alone run in vector registers.
  private static void addScaled(double[] sum, float[] by, int length, double factor) {
    for (int i = 0; i < length; i++) {
      sum[i] += factor * by[i];
    }
  }

  private static void addRounded(float[] sum, double[] by, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += (float) by[i];
    }
  }

  @Override
  public void close() {
    forget();
  }
}
