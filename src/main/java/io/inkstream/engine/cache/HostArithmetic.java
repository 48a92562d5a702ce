package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/// One pass each over float32 tensors of the host. Elements are float32 at every stage, as in the
/// reference; sums are in double.
record HostArithmetic() implements ResidualArithmetic {
  @Override
  public Tensor like(Tensor other) {
    return Tensor.zeros(other.shape().dims());
  }

  @Override
  public void difference(Tensor out, Tensor after, Tensor before) {
    FloatBuffer o = out.buffer();
    FloatBuffer a = after.buffer();
    FloatBuffer b = before.buffer();
    for (int i = 0; i < o.limit(); i++) {
      o.put(i, a.get(i) - b.get(i));
    }
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    FloatBuffer v = x.buffer();
    FloatBuffer r = residual.buffer();
    for (int i = 0; i < v.limit(); i++) {
      v.put(i, r.get(i) + v.get(i));
    }
  }

  @Override
  public double sumAbs(Tensor residual) {
    FloatBuffer r = residual.buffer();
    double sum = 0;
    for (int i = 0; i < r.limit(); i++) {
      sum += Math.abs(r.get(i));
    }
    return sum;
  }

  @Override
  public double sumAbsChange(Tensor previous, Tensor after, Tensor before) {
    FloatBuffer p = previous.buffer();
    FloatBuffer a = after.buffer();
    FloatBuffer b = before.buffer();
    double sum = 0;
    for (int i = 0; i < p.limit(); i++) {
      sum += Math.abs(p.get(i) - (a.get(i) - b.get(i)));
    }
    return sum;
  }

  @Override
  public void derive(List<Tensor> terms, Tensor before, Tensor after, float window) {
    new TaylorTerms(terms).derive(before, after, window);
  }

  @Override
  public void addTaylor(Tensor x, List<Tensor> terms, int elapsed) {
    new TaylorTerms(terms).addTo(x, elapsed);
  }
}
