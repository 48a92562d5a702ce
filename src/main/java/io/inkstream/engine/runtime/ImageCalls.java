package io.inkstream.engine.runtime;

import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunctionPointer;
import org.graalvm.nativeimage.c.function.InvokeCFunctionPointer;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.PointerBase;
import org.graalvm.word.WordFactory;

/// Calls C in a native executable by what its builder has had for that since its first version. The
/// Foreign Function interface would need a registration of each form of call, and a part of the
/// builder that is not in all of them.
final class ImageCalls {
  private static final int RTLD_NOW = 2;

  private ImageCalls() {}

  /// A function of each number of arguments. Other than lambdas these are known to the builder.
  private interface Of0 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call();
  }

  private interface Of1 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a);
  }

  private interface Of2 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a, long b);
  }

  private interface Of3 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a, long b, long c);
  }

  private interface Of4 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a, long b, long c, long d);
  }

  private interface Of5 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a, long b, long c, long d, long e);
  }

  private interface Of6 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a, long b, long c, long d, long e, long f);
  }

  private interface Of7 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a, long b, long c, long d, long e, long f, long g);
  }

  private interface Of8 extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(long a, long b, long c, long d, long e, long f, long g, long h);
  }

  static long call(long function, long[] a) {
    return switch (a.length) {
      case 0 -> ((Of0) WordFactory.pointer(function)).call();
      case 1 -> ((Of1) WordFactory.pointer(function)).call(a[0]);
      case 2 -> ((Of2) WordFactory.pointer(function)).call(a[0], a[1]);
      case 3 -> ((Of3) WordFactory.pointer(function)).call(a[0], a[1], a[2]);
      case 4 -> ((Of4) WordFactory.pointer(function)).call(a[0], a[1], a[2], a[3]);
      case 5 -> ((Of5) WordFactory.pointer(function)).call(a[0], a[1], a[2], a[3], a[4]);
      case 6 -> ((Of6) WordFactory.pointer(function)).call(a[0], a[1], a[2], a[3], a[4], a[5]);
      case 7 ->
          ((Of7) WordFactory.pointer(function)).call(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
      case 8 ->
          ((Of8) WordFactory.pointer(function))
              .call(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
      default -> throw new IllegalArgumentException(a.length + " arguments");
    };
  }

  @CFunction("dlopen")
  private static native PointerBase dlopen(CCharPointer file, int flags);

  @CFunction("dlsym")
  private static native PointerBase dlsym(PointerBase library, CCharPointer name);

  @CFunction("dlerror")
  private static native CCharPointer dlerror();

  /// Loads a library for the life of the process.
  ///
  /// @return its handle
  /// @throws IllegalArgumentException with the system's reason if it does not load
  static long open(String file) {
    try (var name = CTypeConversion.toCString(file)) {
      PointerBase library = dlopen(name.get(), RTLD_NOW);
      if (library.isNull()) {
        throw new IllegalArgumentException(CTypeConversion.toJavaString(dlerror()));
      }
      return library.rawValue();
    }
  }

  /// The address of a function; 0 if the library has none of that name.
  static long find(long library, String function) {
    try (var name = CTypeConversion.toCString(function)) {
      return dlsym(WordFactory.pointer(library), name.get()).rawValue();
    }
  }
}
