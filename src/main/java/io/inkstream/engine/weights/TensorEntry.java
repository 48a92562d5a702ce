package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.nio.file.Path;

/// Where one tensor lies on disk, little-endian and row-major.
///
/// @param name as the network names it, such as `img_in.weight`
/// @param encoding how its numbers are written
/// @param shape its extents
/// @param file the real file, with the Hub cache's symbolic links resolved
/// @param offset of its first byte in the file
/// @param length in bytes: what [Encoding#bytes] says of the shape's elements
public record TensorEntry(
    String name, Encoding encoding, Shape shape, Path file, long offset, long length) {
  /// One whose numbers lie one after the other.
  public TensorEntry(String name, DType type, Shape shape, Path file, long offset, long length) {
    this(name, new Encoding.Plain(type), shape, file, offset, length);
  }

  /// The same under another name.
  public TensorEntry named(String other) {
    return new TensorEntry(other, encoding, shape, file, offset, length);
  }

  /// The same bytes, read otherwise.
  public TensorEntry as(Encoding other) {
    return new TensorEntry(name, other, shape, file, offset, length);
  }

  /// Some of its rows under another name: rows lie one after the other, and a scale of each row
  /// likewise.
  ///
  /// @param to after the last
  public TensorEntry slice(String other, long from, long to) {
    Shape rows = new Shape(to - from, rowLength());
    long row = length / rows();
    return new TensorEntry(
        other, slice(from, to), rows, file, offset + from * row, (to - from) * row);
  }

  private Encoding slice(long from, long to) {
    return switch (encoding) {
      case Encoding.Plain _, Encoding.Blocks _ -> encoding;
      case Encoding.Scaled(DType type, TensorEntry scale, int rotation) ->
          scale.shape().elements() == 1
              ? encoding
              : new Encoding.Scaled(type, scale.flat(from, to), rotation);
      case Encoding.ScaledRows _, Encoding.KernelBlocks _ ->
          throw new IllegalStateException(name + " is made here, and not of several layers");
    };
  }

  private TensorEntry flat(long from, long to) {
    long one = length / shape.elements();
    return new TensorEntry(
        name, encoding, new Shape(to - from, 1), file, offset + from * one, (to - from) * one);
  }

  /// Numbers of a row: the last extent.
  public long rowLength() {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }

  /// Rows: what is left of the shape.
  public long rows() {
    return rowLength() == 0 ? 0 : shape.elements() / rowLength();
  }

  /// This, if it may be a weight.
  ///
  /// @throws SnapshotException if its numbers are of a type that no weight has
  public TensorEntry requireWeight() {
    return switch (encoding) {
      case Encoding.Scaled _, Encoding.Blocks _, Encoding.ScaledRows _, Encoding.KernelBlocks _ ->
          this;
      case Encoding.Plain(DType type) ->
          switch (type) {
            case F32, F16, BF16, F8_E4M3, F8_E5M2 -> this;
            case F64, I64, I32, I16, I8, U8, BOOL ->
                throw SnapshotException.tensor(
                    file,
                    name,
                    "dtype is " + type + ", must be F32, F16, BF16, F8_E4M3 or F8_E5M2");
          };
    };
  }
}
