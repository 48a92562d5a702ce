package io.inkstream.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Float32 numbers in off-heap memory, row-major, with one owner who closes them.
///
/// The memory is passed to subgraphs as it is, both in and out, so nothing is copied at their
/// borders. A tensor belongs to the thread that made it: no other may read, write or close it. So a
/// request stays on one thread, and freeing needs no agreement with others.
public final class Tensor implements AutoCloseable {
  private static final AtomicLong OPEN = new AtomicLong();
  private static final long CACHE_LINE = 64;

  private final Shape shape;
  private final @Nullable Arena arena;
  private final MemorySegment segment;

  @SuppressWarnings("MustBeClosedChecker") // this object is the resource; close() closes it
  private Tensor(Shape shape) {
    this.shape = shape;
    this.arena = Arena.ofConfined();
    this.segment = arena.allocate(Math.multiplyExact(shape.elements(), Float.BYTES), CACHE_LINE);
    OPEN.incrementAndGet();
  }

  private Tensor(Shape shape, MemorySegment segment) {
    this.shape = shape;
    this.arena = null;
    this.segment = segment;
  }

  /// A tensor of zeros.
  public static Tensor zeros(long... dims) {
    return new Tensor(new Shape(dims));
  }

  /// A copy of `values` in the given shape.
  ///
  /// @throws IllegalArgumentException if the number of values is not the shape's
  public static Tensor of(float[] values, long... dims) {
    Shape shape = new Shape(dims);
    if (shape.elements() != values.length) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + shape);
    }
    Tensor tensor = new Tensor(shape);
    tensor.set(values);
    return tensor;
  }

  /// How many tensors are open in this process.
  public static long open() {
    return OPEN.get();
  }

  public Shape shape() {
    return shape;
  }

  /// The row at `index` of the outermost axis, sharing this tensor's memory; closing it does
  /// nothing.
  ///
  /// @throws IndexOutOfBoundsException if there is no such row
  public Tensor row(int index) {
    long rows = shape.dim(0);
    if (index < 0 || index >= rows) {
      throw new IndexOutOfBoundsException("row " + index + " of " + shape);
    }
    long[] dims = shape.dims();
    long bytes = segment.byteSize() / rows;
    Shape rest = new Shape(Arrays.copyOfRange(dims, 1, dims.length));
    return new Tensor(rest, segment.asSlice(index * bytes, bytes));
  }

  /// The memory itself: `4 * elements` bytes.
  public MemorySegment segment() {
    return segment;
  }

  /// A direct view in native byte order, without a copy.
  public FloatBuffer buffer() {
    return segment.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /// A copy of all elements.
  public float[] toArray() {
    return segment.toArray(ValueLayout.JAVA_FLOAT);
  }

  /// Overwrites all elements.
  public void set(float[] values) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + shape);
    }
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  /// Frees the memory; a second call does nothing.
  @Override
  public void close() {
    if (arena != null && arena.scope().isAlive()) {
      arena.close();
      OPEN.decrementAndGet();
    }
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
