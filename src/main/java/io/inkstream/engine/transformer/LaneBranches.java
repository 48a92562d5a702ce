package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Makes all branches of a batch, or none.
final class LaneBranches {
  private LaneBranches() {}

  static List<LaneBranch> each(List<Tensor> embeds, Function<Tensor, LaneBranch> make) {
    List<LaneBranch> made = new ArrayList<>();
    try {
      embeds.forEach(one -> made.add(make.apply(one)));
      return made;
    } catch (RuntimeException e) {
      made.forEach(LaneBranch::close);
      throw e;
    }
  }
}
