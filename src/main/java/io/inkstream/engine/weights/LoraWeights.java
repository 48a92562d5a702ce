package io.inkstream.engine.weights;

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
  public Factors of(WeightReader reader, String module, long in, long out) {
    int rank = rank(module);
    float[] down = new float[Math.toIntExact(rank * in)];
    float[] up = new float[Math.toIntExact(rank * out)];
    int at = 0;
    for (Weighted one : all) {
      LoraPair pair = one.adapter().pairs().get(module);
      if (pair != null) {
        reader.all(pair.down(), down, Math.toIntExact(at * in));
        float[] b = new float[Math.toIntExact(pair.rank() * out)];
        reader.all(pair.up(), b, 0);
        scale(pair.up(), b, one.weight() * pair.scale());
        for (int row = 0; row < out; row++) {
          System.arraycopy(b, row * pair.rank(), up, row * rank + at, pair.rank());
        }
        at += pair.rank();
      }
    }
    return new Factors(rank, down, up);
  }

  private static void scale(TensorEntry entry, float[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      float stored = values[i];
      values[i] = (float) (factor * stored);
      if (!Float.isFinite(values[i])) {
        throw SnapshotException.tensor(
            entry.file(),
            entry.name(),
            "element %d is %s, times %s must be a finite number".formatted(i, stored, factor));
      }
    }
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
