package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Makes all branches of a batch, or none.
final class Branches {
  private Branches() {}

  static List<Branch> each(List<Tensor> embeds, Function<Tensor, Branch> make) {
    List<Branch> made = new ArrayList<>();
    try {
      embeds.forEach(one -> made.add(make.apply(one)));
      return made;
    } catch (RuntimeException e) {
      made.forEach(Branch::close);
      throw e;
    }
  }
}
