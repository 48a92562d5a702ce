package io.inkstream.engine.cache;

import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A tensor for each picture of a batch, owned: what a branch remembers of one stream.
final class PictureTensors implements AutoCloseable {
  private final ResidualArithmetic arithmetic;
  private final List<Tensor> tensors = new ArrayList<>();

  PictureTensors(ResidualArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /// Whether there is one for each of `others`, of its shape.
  boolean fits(List<Tensor> others) {
    if (tensors.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < others.size(); i++) {
      if (!tensors.get(i).shape().equals(others.get(i).shape())) {
        return false;
      }
    }
    return true;
  }

  /// Makes them fit; what they held is lost if they did not.
  void shapeLike(List<Tensor> others) {
    if (!fits(others)) {
      close();
      for (Tensor other : others) {
        tensors.add(arithmetic.like(other));
      }
    }
  }

  /// @throws IllegalArgumentException if they do not fit
  void requireFits(List<Tensor> others) {
    if (!fits(others)) {
      throw new IllegalArgumentException(
          "cached residuals %s do not fit %s: a branch must keep its pictures and their sizes"
              .formatted(tensors, others));
    }
  }

  Tensor get(int picture) {
    return tensors.get(picture);
  }

  /// `after - before` of each picture.
  void setDifference(List<Tensor> after, List<Tensor> before) {
    shapeLike(after);
    for (int i = 0; i < tensors.size(); i++) {
      arithmetic.difference(tensors.get(i), after.get(i), before.get(i));
    }
  }

  /// Adds each to its picture.
  void addTo(List<Tensor> pictures) {
    requireFits(pictures);
    for (int i = 0; i < tensors.size(); i++) {
      arithmetic.add(pictures.get(i), tensors.get(i));
    }
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
    tensors.clear();
  }
}
