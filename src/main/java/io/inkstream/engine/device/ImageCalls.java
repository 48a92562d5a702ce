package io.inkstream.engine.device;

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

  private interface Function extends CFunctionPointer {
    @InvokeCFunctionPointer
    long call(
        long a,
        long b,
        long c,
        long d,
        long e,
        long f,
        long g,
        long h,
        long i,
        long j,
        long k,
        long l,
        long m,
        long n,
        long o,
        long p);
  }

  static long call(long function, long[] a) {
    return ((Function) WordFactory.pointer(function))
        .call(
            a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13],
            a[14], a[15]);
  }

  @CFunction("dlopen")
  private static native PointerBase dlopen(CCharPointer file, int flags);

  @CFunction("dlsym")
  private static native PointerBase dlsym(PointerBase library, CCharPointer name);

  @CFunction("dlerror")
  private static native CCharPointer dlerror();

  /// A handle of all that this process has loaded.
  static long openProcess() {
    return dlopen(WordFactory.nullPointer(), RTLD_NOW).rawValue();
  }

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
