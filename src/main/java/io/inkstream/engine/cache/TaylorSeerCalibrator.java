package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/// Extrapolates by a Taylor expansion around the last computed step; derivatives are divided
/// differences of computed residuals (cache-dit's `calibrators/taylorseer.py`).
///
/// Its counter lags: it starts at -1 when the first residual comes, which is after the first step
/// began, so it is `step - 1`. A difference needs a counter above 1: there is none before step 3.
final class TaylorSeerCalibrator implements Calibrator {
  private final ResidualArithmetic arithmetic;
  private final List<PictureTensors> terms;
  private boolean started;
  private int counter = -1;
  private int lastComputed = -1;
  // Terms that the next one has: the residual and its derivatives.
  private int available;

  TaylorSeerCalibrator(int order, ResidualArithmetic arithmetic) {
    this.arithmetic = arithmetic;
    terms = Stream.generate(() -> new PictureTensors(arithmetic)).limit(order + 1L).toList();
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
    for (int picture = 0; picture < after.size(); picture++) {
      arithmetic.derive(terms(picture), before.get(picture), after.get(picture), window);
    }
    lastComputed = counter;
  }

  @Override
  public void addTo(List<Tensor> pictures) {
    terms.getFirst().requireFits(pictures);
    for (int picture = 0; picture < pictures.size(); picture++) {
      arithmetic.addTaylor(pictures.get(picture), terms(picture), counter - lastComputed);
    }
  }

  private void reset() {
    counter = -1;
    lastComputed = -1;
    available = 0;
  }

  private List<Tensor> terms(int picture) {
    return terms.subList(0, available).stream().map(term -> term.get(picture)).toList();
  }

  @Override
  public void close() {
    terms.forEach(PictureTensors::close);
    available = 0;
  }
}
