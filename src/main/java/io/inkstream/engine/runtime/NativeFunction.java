package io.inkstream.engine.runtime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/// A C function, called with boxed arguments: a few hundred calls a forward do not need more.
final class NativeFunction {
  private final MethodHandle handle;

  @SuppressWarnings("restricted")
  NativeFunction(MemorySegment address, FunctionDescriptor descriptor) {
    this.handle =
        Linker.nativeLinker()
            .downcallHandle(address, descriptor)
            .asSpreader(Object[].class, descriptor.argumentLayouts().size())
            .asType(MethodType.methodType(Object.class, Object[].class));
  }

  /// What the function returns; null if nothing.
  @Nullable Object call(Object... arguments) {
    try {
      return handle.invokeExact(arguments);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a C function throws nothing
    }
  }
}
