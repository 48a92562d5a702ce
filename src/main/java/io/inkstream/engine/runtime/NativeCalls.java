package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// Calls functions of C whose parameters and results are addresses and whole numbers, by their
/// addresses.
///
/// Each of them takes a register or a place of its own on the stack, as wide as a `long`, and the
/// function reads as much of it as it knows. So `long` stands for all, and the number of arguments
/// is all that tells one form of call from another. Of a result narrower than that, the upper bits
/// mean nothing.
///
/// On the JVM the Foreign Function interface calls, in a native executable [ImageCalls].
final class NativeCalls {

  /// Whether this is a native executable, or about to become one.
  static final boolean IN_IMAGE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

  private NativeCalls() {}

  /// @throws IllegalArgumentException if there are too many arguments
  static long call(long function, long... a) {
    if (IN_IMAGE) {
      return ImageCalls.call(function, a);
    }
    try {
      return Linked.call(MemorySegment.ofAddress(function), a);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a C function throws nothing
    }
  }

  /// A handle for each number of arguments, all constants to the compiler.
  private static final class Linked {
    private static final MethodHandle OF_0 = of(0);
    private static final MethodHandle OF_1 = of(1);
    private static final MethodHandle OF_2 = of(2);
    private static final MethodHandle OF_3 = of(3);
    private static final MethodHandle OF_4 = of(4);
    private static final MethodHandle OF_5 = of(5);
    private static final MethodHandle OF_6 = of(6);
    private static final MethodHandle OF_7 = of(7);
    private static final MethodHandle OF_8 = of(8);
    private static final MethodHandle OF_11 = of(11);

    @SuppressWarnings("restricted")
    private static MethodHandle of(int arguments) {
      MemoryLayout[] layouts = new MemoryLayout[arguments];
      Arrays.fill(layouts, JAVA_LONG);
      return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_LONG, layouts));
    }

    static long call(MemorySegment f, long[] a) throws Throwable {
      return switch (a.length) {
        case 0 -> (long) OF_0.invokeExact(f);
        case 1 -> (long) OF_1.invokeExact(f, a[0]);
        case 2 -> (long) OF_2.invokeExact(f, a[0], a[1]);
        case 3 -> (long) OF_3.invokeExact(f, a[0], a[1], a[2]);
        case 4 -> (long) OF_4.invokeExact(f, a[0], a[1], a[2], a[3]);
        case 5 -> (long) OF_5.invokeExact(f, a[0], a[1], a[2], a[3], a[4]);
        case 6 -> (long) OF_6.invokeExact(f, a[0], a[1], a[2], a[3], a[4], a[5]);
        case 7 -> (long) OF_7.invokeExact(f, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
        case 8 -> (long) OF_8.invokeExact(f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
        case 11 ->
            (long)
                OF_11.invokeExact(
                    f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]);
        default -> throw new IllegalArgumentException(a.length + " arguments");
      };
    }
  }
}
