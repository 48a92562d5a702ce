package io.inkstream.cache;

import io.inkstream.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;

/// Forecasts by a Taylor expansion around the last computed step; derivatives are divided
/// differences of computed residuals (cache-dit's `calibrators/taylorseer.py`).
///
/// Its counter lags: it starts at -1 when the first residual comes, which is after the first step
/// began, so it is `step - 1`. A difference needs a counter above 1: there is none before step 3.
final class TaylorSeerCalibrator implements Calibrator {
  private static final int BLOCK = 1024;

  private final List<SampleTensors> terms;
  private final float[] block = new float[BLOCK];
  private final float[] read = new float[BLOCK];
  private boolean started;
  private int counter = -1;
  private int lastComputed = -1;
  // Terms that the next forecast has: the residual and its derivatives.
  private int available;

  TaylorSeerCalibrator(int order) {
    terms = Stream.generate(SampleTensors::new).limit(order + 1L).toList();
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
    if (available > 0 && !terms.getFirst().fits(after)) {
      reset();
    }
    available = counter > 1 ? Math.min(available + 1, terms.size()) : 1;
    terms.subList(0, available).forEach(term -> term.shapeLike(after));
    float window = counter - lastComputed;
    for (int sample = 0; sample < after.size(); sample++) {
      climb(before.get(sample), after.get(sample), buffers(sample), window);
    }
    lastComputed = counter;
  }

  @Override
  public void addTo(List<Tensor> samples) {
    terms.getFirst().requireFits(samples);
    for (int sample = 0; sample < samples.size(); sample++) {
      addForecast(samples.get(sample), buffers(sample));
    }
  }

  private void reset() {
    counter = -1;
    lastComputed = -1;
    available = 0;
  }

  private List<FloatBuffer> buffers(int sample) {
    return terms.subList(0, available).stream().map(term -> term.get(sample).buffer()).toList();
  }

  // Term 0 becomes the residual, term i + 1 the change of term i; old terms are read as they go.
  private void climb(Tensor before, Tensor after, List<FloatBuffer> orders, float window) {
    FloatBuffer a = after.buffer();
    FloatBuffer b = before.buffer();
    for (int at = 0; at < a.limit(); at += BLOCK) {
      int length = Math.min(BLOCK, a.limit() - at);
      for (int i = 0; i < length; i++) {
        block[i] = a.get(at + i) - b.get(at + i);
      }
      for (int order = 0; order < orders.size() - 1; order++) {
        derive(orders.get(order), at, length, window);
      }
      orders.getLast().put(at, block, 0, length);
    }
  }

  private void derive(FloatBuffer term, int at, int length, float window) {
    for (int i = 0; i < length; i++) {
      float now = block[i];
      block[i] = (now - term.get(at + i)) / window;
      term.put(at + i, now);
    }
  }

  private void addForecast(Tensor sample, List<FloatBuffer> orders) {
    FloatBuffer x = sample.buffer();
    for (int at = 0; at < x.limit(); at += BLOCK) {
      int length = Math.min(BLOCK, x.limit() - at);
      orders.getFirst().get(at, block, 0, length);
      addDerivatives(orders, at, length);
      x.get(at, read, 0, length);
      add(block, read, length);
      x.put(at, block, 0, length);
    }
  }

  // The reference multiplies by 1/i! and then by elapsed^i, each rounded to float32.
  private void addDerivatives(List<FloatBuffer> orders, int at, int length) {
    int elapsed = counter - lastComputed;
    double factorial = 1;
    for (int order = 1; order < orders.size(); order++) {
      factorial *= order;
      float inverse = (float) (1 / factorial);
      float power = (float) Math.pow(elapsed, order);
      orders.get(order).get(at, read, 0, length);
      addScaled(block, read, length, inverse, power);
    }
  }

  // Loops over arrays alone run in vector registers.
  private static void add(float[] sum, float[] by, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += by[i];
    }
  }

  private static void addScaled(float[] sum, float[] by, int length, float first, float second) {
    for (int i = 0; i < length; i++) {
      sum[i] += first * by[i] * second;
    }
  }

  @Override
  public void close() {
    terms.forEach(SampleTensors::close);
    available = 0;
  }
}
