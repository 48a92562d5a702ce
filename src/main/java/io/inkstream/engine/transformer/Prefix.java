package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Keys and values of a text in every block, for all steps of all requests with that text. Any
/// number of runs may read one at once, each with a share in it; the memory is free when the last
/// of them gives its share back.
final class Prefix implements AutoCloseable {
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final AtomicInteger shares = new AtomicInteger(1);

  /// Room for one, with one share in it.
  ///
  /// @param stages where the blocks run
  /// @throws io.inkstream.engine.device.EngineException if it has not so much
  static Prefix empty(Stages stages, int tokens, int width) {
    var prefix = new Prefix();
    try {
      for (int block = 0; block < stages.blocks(); block++) {
        var space = stages.spaceOf(block);
        prefix.keys.add(space.shared(tokens, width));
        prefix.values.add(space.shared(tokens, width));
      }
      return prefix;
    } catch (RuntimeException e) {
      prefix.close();
      throw e;
    }
  }

  /// Of a block, normalised and rotated, `[txt, D]`.
  Tensor key(int block) {
    return keys.get(block);
  }

  /// Of a block, `[txt, D]`.
  Tensor value(int block) {
    return values.get(block);
  }

  long bytes() {
    return 2 * keys.stream().mapToLong(Tensor::bytes).sum();
  }

  /// One more share. For whoever has one, or keeps others from giving back the last.
  Prefix share() {
    shares.incrementAndGet();
    return this;
  }

  /// Somebody remembers it for requests to come.
  void remember() {
    keys.forEach(Tensor::remember);
    values.forEach(Tensor::remember);
  }

  /// Gives a share back.
  @Override
  public void close() {
    if (shares.decrementAndGet() == 0) {
      keys.forEach(Tensor::close);
      values.forEach(Tensor::close);
    }
  }
}
