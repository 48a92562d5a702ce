package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Keys and values of a text in every block, for all steps of all requests with that text. Any
/// number of runs may read one at once; nobody closes it: the garbage collector frees it.
///
/// @param keys of each block, normalised and rotated, `[txt, D]`
/// @param values of each block, `[txt, D]`
record Prefix(List<Tensor> keys, List<Tensor> values) {
  Prefix {
    keys = List.copyOf(keys);
    values = List.copyOf(values);
  }

  /// Room for one.
  static Prefix empty(int blocks, int tokens, int width) {
    List<Tensor> keys = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      keys.add(Tensor.unowned(tokens, width));
      values.add(Tensor.unowned(tokens, width));
    }
    return new Prefix(keys, values);
  }

  long bytes() {
    return 2 * keys.stream().mapToLong(Tensor::bytes).sum();
  }
}
