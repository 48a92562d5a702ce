package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.UnaryOperator;

/// A [DevicePool] as functions that ONNX Runtime calls for the memory of its runs. They stay for
/// the life of the process.
public final class PoolFunctions {
  /// The version of `OrtAllocator` whose fields are filled in below.
  private static final int TABLE_VERSION = 17;

  private static final int FIELDS = 4;

  private final DevicePool pool;
  private final UnaryOperator<MemorySegment> wrapping;

  /// @param wrapping what is put around each function
  public PoolFunctions(DevicePool pool, UnaryOperator<MemorySegment> wrapping) {
    this.pool = pool;
    this.wrapping = wrapping;
  }

  /// As an `OrtAllocator`.
  ///
  /// @param memory address of the library's word for where it is
  /// @return its address
  public long table(long memory) {
    MemorySegment table = Arena.global().allocate(ADDRESS, FIELDS);
    table.set(JAVA_INT, 0, TABLE_VERSION);
    table.setAtIndex(ADDRESS, 1, function("take", JAVA_LONG, ADDRESS, JAVA_LONG));
    table.setAtIndex(ADDRESS, 2, procedure("give", ADDRESS, JAVA_LONG));
    MethodHandle info = MethodHandles.constant(long.class, memory);
    table.setAtIndex(
        ADDRESS,
        3,
        stub(
            MethodHandles.dropArguments(info, 0, MemorySegment.class),
            FunctionDescriptor.of(JAVA_LONG, ADDRESS)));
    return table.address();
  }

  private MemorySegment function(String name, ValueLayout result, ValueLayout... parameters) {
    return of(name, FunctionDescriptor.of(result, parameters));
  }

  private MemorySegment procedure(String name, ValueLayout... parameters) {
    return of(name, FunctionDescriptor.ofVoid(parameters));
  }

  private MemorySegment of(String name, FunctionDescriptor descriptor) {
    try {
      MethodType type = descriptor.toMethodType();
      return wrapping.apply(stub(MethodHandles.lookup().bind(this, name, type), descriptor));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment stub(MethodHandle handle, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().upcallStub(handle, descriptor, Arena.global());
  }

  // What leaves a call from C ends the process.

  private long take(long bytes) {
    try {
      return pool.takeForLibrary(bytes);
    } catch (Throwable e) {
      pool.failed(e);
      return 0;
    }
  }

  private long take(MemorySegment allocator, long bytes) {
    return take(bytes);
  }

  private void give(long address) {
    try {
      pool.giveFromLibrary(address);
    } catch (Throwable e) {
      pool.failed(e);
    }
  }

  private void give(MemorySegment allocator, long address) {
    give(address);
  }
}
