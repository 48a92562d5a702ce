package io.inkstream.engine.tensor;

import java.util.Arrays;

/// The extents of a tensor, outermost first: `[16, 32, 32]`. A scalar has none.
///
/// @param dims extents, none negative; their product fits a `long`
public record Shape(long... dims) {
  public Shape {
    dims = dims.clone();
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + " has a negative extent");
      }
    }
    product(dims);
  }

  /// The extents, as a copy.
  @Override
  public long[] dims() {
    return dims.clone();
  }

  /// Number of extents.
  public int rank() {
    return dims.length;
  }

  /// The extent of one axis; a negative axis counts from the last.
  public long dim(int axis) {
    return dims[axis < 0 ? dims.length + axis : axis];
  }

  /// Number of elements: the product of the extents.
  public long elements() {
    return product(dims);
  }

  private static long product(long[] dims) {
    long n = 1;
    for (long dim : dims) {
      n = Math.multiplyExact(n, dim);
    }
    return n;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
