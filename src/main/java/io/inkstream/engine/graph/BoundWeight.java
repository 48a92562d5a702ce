package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.TensorEntry;
import java.util.List;

/// A weight that whoever makes or runs a graph gives to it.
///
/// @param form what is made of what is stored
/// @param entries where it is stored; of several, the rows one after the other
/// @param type in which the graph takes it: that in which it is stored, or the graph's own, in
///   which it is to be widened
public record BoundWeight(Form form, List<TensorEntry> entries, DType type) {
  /// What is made of what is stored.
  public enum Form {
    /// The same numbers.
    ROWS,
    /// Those of a kernel's tiles: [WinogradKernel].
    TILES
  }

  BoundWeight(List<TensorEntry> entries, DType type) {
    this(Form.ROWS, entries, type);
  }

  public BoundWeight {
    entries = List.copyOf(entries);
  }

  /// Its extents as the graph takes it.
  public Shape shape() {
    return switch (form) {
      case ROWS -> stored();
      case TILES -> WinogradKernel.shape(entries.getFirst());
    };
  }

  private Shape stored() {
    var encoding = entries.getFirst().encoding();
    return encoding.direct().filter(type::equals).isPresent() ? encoding.laidOut(rows()) : rows();
  }

  private Shape rows() {
    long[] extents = entries.getFirst().shape().dims();
    if (extents.length > 0) {
      extents[0] = entries.stream().mapToLong(entry -> entry.shape().dim(0)).sum();
    }
    return new Shape(extents);
  }
}
