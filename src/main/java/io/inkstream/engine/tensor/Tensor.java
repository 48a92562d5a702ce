package io.inkstream.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Numbers in off-heap memory, row-major, with one owner who closes them: float32 in the host's
/// memory, or of any element type in a device's.
///
/// The memory is passed to subgraphs as it is, both in and out, so nothing is copied at their
/// borders. A tensor in the host's memory belongs to the thread that made it: no other may read,
/// write or close it. So a request stays on one thread, and freeing needs no agreement with others.
/// Java cannot look into a device's memory: what reads or writes elements refuses such a tensor.
public final class Tensor implements AutoCloseable {
  private static final AtomicLong OPEN = new AtomicLong();
  private static final long CACHE_LINE = 64;

  private final Shape shape;
  private final DType type;
  private final MemorySegment segment;
  private final boolean onDevice;
  private @Nullable Runnable release;
  private boolean remembered;

  private Tensor(
      Shape shape,
      DType type,
      MemorySegment segment,
      boolean onDevice,
      @Nullable Runnable release) {
    this.shape = shape;
    this.type = type;
    this.segment = segment;
    this.onDevice = onDevice;
    this.release = release;
    if (release != null) {
      OPEN.incrementAndGet();
    }
  }

  /// A tensor of zeros.
  @SuppressWarnings("MustBeClosedChecker") // the tensor is the resource; close() closes it
  public static Tensor zeros(long... dims) {
    Shape shape = new Shape(dims);
    Arena arena = Arena.ofConfined();
    long bytes = Math.multiplyExact(shape.elements(), Float.BYTES);
    return new Tensor(shape, DType.F32, arena.allocate(bytes, CACHE_LINE), false, arena::close);
  }

  /// A tensor in the memory of a device.
  ///
  /// @param address where it begins there
  /// @param release frees that memory
  public static Tensor onDevice(Shape shape, DType type, long address, Runnable release) {
    long bytes = Math.multiplyExact(shape.elements(), type.bytes());
    return new Tensor(shape, type, device(address, bytes), true, release);
  }

  // Never read or written by Java: only its address and its size are of use.
  @SuppressWarnings("restricted")
  private static MemorySegment device(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /// A copy of `values` in the given shape.
  ///
  /// @throws IllegalArgumentException if the number of values is not the shape's
  public static Tensor of(float[] values, long... dims) {
    Shape shape = new Shape(dims);
    if (shape.elements() != values.length) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + shape);
    }
    Tensor tensor = zeros(dims);
    tensor.set(values);
    return tensor;
  }

  /// A copy of `values` that any thread may read: no owner closes it, the garbage collector frees
  /// it.
  ///
  /// @throws IllegalArgumentException if the number of values is not the shape's
  public static Tensor shared(float[] values, long... dims) {
    Shape shape = new Shape(dims);
    if (shape.elements() != values.length) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + shape);
    }
    MemorySegment segment = Arena.ofAuto().allocate((long) values.length * Float.BYTES, CACHE_LINE);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return new Tensor(shape, DType.F32, segment, false, null);
  }

  /// A tensor of zeros that any thread may read and write: no owner closes it, the garbage
  /// collector frees it.
  public static Tensor unowned(long... dims) {
    Shape shape = new Shape(dims);
    long bytes = Math.multiplyExact(shape.elements(), Float.BYTES);
    return new Tensor(shape, DType.F32, Arena.ofAuto().allocate(bytes, CACHE_LINE), false, null);
  }

  /// Float32 in memory of the host that somebody else owns: closing it does nothing.
  ///
  /// @throws IllegalArgumentException if it is not as large as the shape
  public static Tensor over(MemorySegment memory, Shape shape) {
    if (memory.byteSize() != shape.elements() * Float.BYTES) {
      throw new IllegalArgumentException(memory.byteSize() + " bytes are not of shape " + shape);
    }
    return new Tensor(shape, DType.F32, memory, false, null);
  }

  /// How many tensors are open in this process that nobody remembers.
  public static long open() {
    return OPEN.get();
  }

  public Shape shape() {
    return shape;
  }

  public DType type() {
    return type;
  }

  /// Whether it lies in a device's memory, where Java cannot read it.
  public boolean isOnDevice() {
    return onDevice;
  }

  /// Its size.
  public long bytes() {
    return segment.byteSize();
  }

  /// Where it begins, in the host's or the device's memory.
  public long address() {
    return segment.address();
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
    return new Tensor(rest, type, segment.asSlice(index * bytes, bytes), onDevice, null);
  }

  /// The first `count` rows of the outermost axis, sharing this tensor's memory; closing them does
  /// nothing.
  ///
  /// @throws IndexOutOfBoundsException if there are fewer
  public Tensor rows(int count) {
    return rows(0, count);
  }

  /// `count` rows of the outermost axis from one on, likewise.
  ///
  /// @throws IndexOutOfBoundsException if there are fewer
  public Tensor rows(int from, int count) {
    long[] dims = shape.dims();
    if (from < 0 || count < 0 || from + count > dims[0]) {
      throw new IndexOutOfBoundsException(count + " rows from " + from + " of " + shape);
    }
    long bytes = dims[0] == 0 ? 0 : segment.byteSize() / dims[0];
    dims[0] = count;
    var part = segment.asSlice(from * bytes, count * bytes);
    return new Tensor(new Shape(dims), type, part, onDevice, null);
  }

  /// The memory itself, of a tensor in the host's.
  public MemorySegment segment() {
    if (onDevice) {
      throw new IllegalStateException(this + " lies in a device's memory: Java cannot read it");
    }
    return segment;
  }

  /// A direct view in native byte order, without a copy.
  public FloatBuffer buffer() {
    return segment().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /// A copy of all elements.
  public float[] toArray() {
    return segment().toArray(ValueLayout.JAVA_FLOAT);
  }

  /// Overwrites all elements.
  public void set(float[] values) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + shape);
    }
    MemorySegment.copy(values, 0, segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  /// Somebody remembers this for requests to come, and closes it in the end: it is open, and not
  /// forgotten.
  public void remember() {
    if (release != null && !remembered) {
      remembered = true;
      OPEN.decrementAndGet();
    }
  }

  /// Frees the memory; a second call does nothing.
  @Override
  public void close() {
    if (release != null) {
      release.run();
      release = null;
      if (!remembered) {
        OPEN.decrementAndGet();
      }
    }
  }

  @Override
  public String toString() {
    return "Tensor" + shape + (onDevice ? " on the device" : "");
  }
}
