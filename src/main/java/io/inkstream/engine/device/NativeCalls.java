package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.function.Consumer;

/// Calls functions of C whose parameters and results are addresses and whole numbers, by their
/// addresses.
///
/// Each of them takes a register or a place of its own on the stack, as wide as a `long`, and the
/// function reads as much of it as it knows. So `long` stands for all; and since the caller clears
/// what it has passed, one form of call with the most arguments stands for those with fewer. Of a
/// result narrower than a `long`, the upper bits mean nothing.
///
/// On the JVM the Foreign Function interface calls, in a native executable [ImageCalls].
public final class NativeCalls {
  private static final int MOST = 16;

  /// Whether this is a native executable, or about to become one.
  public static final boolean IN_IMAGE =
      System.getProperty("org.graalvm.nativeimage.imagecode") != null;

  private NativeCalls() {}

  /// @throws IllegalArgumentException if there are too many arguments
  public static long call(long function, long... arguments) {
    if (arguments.length > MOST) {
      throw new IllegalArgumentException(arguments.length + " arguments");
    }
    long[] a = Arrays.copyOf(arguments, MOST);
    if (IN_IMAGE) {
      return ImageCalls.call(function, a);
    }
    try {
      return (long)
          Linked.CALL.invokeExact(
              MemorySegment.ofAddress(function),
              a[0],
              a[1],
              a[2],
              a[3],
              a[4],
              a[5],
              a[6],
              a[7],
              a[8],
              a[9],
              a[10],
              a[11],
              a[12],
              a[13],
              a[14],
              a[15]);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a C function throws nothing
    }
  }

  /// What a function puts where its first parameter points to: a pointer or a number.
  ///
  /// @param call calls it with all its arguments
  /// @param rest its arguments behind the first
  static long first(Consumer<long[]> call, long... rest) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      long[] arguments = new long[rest.length + 1];
      arguments[0] = out.address();
      System.arraycopy(rest, 0, arguments, 1, rest.length);
      call.accept(arguments);
      return out.get(JAVA_LONG, 0);
    }
  }

  private static final class Linked {
    private static final MethodHandle CALL = call();

    @SuppressWarnings("restricted")
    private static MethodHandle call() {
      MemoryLayout[] layouts = new MemoryLayout[MOST];
      Arrays.fill(layouts, JAVA_LONG);
      return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_LONG, layouts));
    }
  }
}
