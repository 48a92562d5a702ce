package io.inkstream.engine.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Adapters that act together, as one: their low-rank products are one product of the sum of their
/// ranks.
///
/// @param all those that act, with the weight of each
public record LoraWeights(List<Weighted> all) {
  /// An adapter and its weight.
  public record Weighted(LoraFile adapter, double weight) {}

  /// Both factors of one layer, in float32: `down [rank, in]`, `up [out, rank]`, the weights and
  /// scales in `up`. The arrays are the record's own: nobody may write to them.
  @SuppressWarnings("ArrayRecordComponent") // read, compared never
  public record Factors(int rank, float[] down, float[] up) {}

  public LoraWeights {
    all = all.stream().filter(one -> one.weight() != 0).toList();
  }

  /// Those of a layer; of rank 0 if no adapter names it.
  ///
  /// @throws SnapshotException if a file cannot be read, or has a number that is none
  public Factors of(String module, long in, long out) {
    int rank = rank(module);
    float[] down = new float[Math.toIntExact(rank * in)];
    float[] up = new float[Math.toIntExact(rank * out)];
    int at = 0;
    for (Weighted one : all) {
      LoraPair pair = one.adapter().pairs().get(module);
      if (pair != null) {
        Path file = one.adapter().file();
        float[] a = finite(file, pair.down(), 1);
        float[] b = finite(file, pair.up(), one.weight() * pair.scale());
        System.arraycopy(a, 0, down, Math.toIntExact(at * in), a.length);
        for (int row = 0; row < out; row++) {
          System.arraycopy(b, row * pair.rank(), up, row * rank + at, pair.rank());
        }
        at += pair.rank();
      }
    }
    return new Factors(rank, down, up);
  }

  /// The layers that any of them names.
  public Set<String> modules() {
    Set<String> modules = new TreeSet<>();
    all.forEach(one -> modules.addAll(one.adapter().pairs().keySet()));
    return modules;
  }

  private int rank(String module) {
    return all.stream()
        .map(one -> one.adapter().pairs().get(module))
        .mapToInt(pair -> pair == null ? 0 : pair.rank())
        .sum();
  }

  private static float[] finite(Path file, TensorEntry entry, double factor) {
    float[] values = new TensorElements(file, entry).floats();
    for (int i = 0; i < values.length; i++) {
      float stored = values[i];
      values[i] = (float) (factor * stored);
      if (!Float.isFinite(values[i])) {
        throw SnapshotException.tensor(
            file,
            entry.name(),
            "element %d is %s, times %s must be a finite number".formatted(i, stored, factor));
      }
    }
    return values;
  }

  /// Bytes of all factors.
  ///
  /// @param bytesOfNumber of one number in them
  public long bytes(int bytesOfNumber) {
    return all.stream()
            .flatMap(one -> one.adapter().pairs().values().stream())
            .mapToLong(pair -> pair.down().shape().elements() + pair.up().shape().elements())
            .sum()
        * bytesOfNumber;
  }
}
