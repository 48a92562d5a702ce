package io.inkstream.engine.model;

import io.inkstream.engine.snapshot.RunWeights;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.TensorEntry;

/// What a weight takes on the processor.
public final class WeightBytes {
  private WeightBytes() {}

  /// In memory of the process's own, where it stays.
  static long inMemory(TensorEntry entry) {
    return switch (entry.encoding()) {
      case Encoding.Plain _, Encoding.Scaled _, Encoding.Blocks _ -> wide(entry);
      case Encoding.ScaledRows(DType type, _) -> type == DType.I8 ? stored(entry) : wide(entry);
      case Encoding.KernelBlocks _ -> stored(entry);
    };
  }

  private static long wide(TensorEntry entry) {
    return Float.BYTES * RunWeights.used(entry);
  }

  /// In its file.
  public static long stored(TensorEntry entry) {
    return entry.length() + entry.encoding().beside().stream().mapToLong(TensorEntry::length).sum();
  }
}
