package io.inkstream.engine.device;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/// A shared library, loaded for the life of the process.
///
/// @param address of a function by its name; 0 if there is none
public record NativeLibrary(String name, ToLongFunction<String> address) {
  /// A library in a file.
  ///
  /// @throws IllegalArgumentException if it does not load
  @SuppressWarnings("restricted")
  public static NativeLibrary load(Path file) {
    return NativeCalls.IN_IMAGE
        ? ofImage(file.toString())
        : of(file.toString(), SymbolLookup.libraryLookup(file, Arena.global()));
  }

  /// A library where the system looks for libraries.
  ///
  /// @throws IllegalArgumentException if it does not load
  @SuppressWarnings("restricted")
  public static NativeLibrary named(String name) {
    return NativeCalls.IN_IMAGE
        ? ofImage(name)
        : of(name, SymbolLookup.libraryLookup(name, Arena.global()));
  }

  /// What this process has loaded already: the system's own functions.
  public static NativeLibrary ofProcess() {
    String name = "the system's library";
    if (NativeCalls.IN_IMAGE) {
      long process = ImageCalls.openProcess();
      return new NativeLibrary(name, function -> ImageCalls.find(process, function));
    }
    return of(name, Linker.nativeLinker().defaultLookup());
  }

  private static NativeLibrary ofImage(String file) {
    long library = ImageCalls.open(file);
    return new NativeLibrary(file, function -> ImageCalls.find(library, function));
  }

  private static NativeLibrary of(String name, SymbolLookup symbols) {
    return new NativeLibrary(
        name, function -> symbols.find(function).map(MemorySegment::address).orElse(0L));
  }

  /// The address of a function.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  long find(String function) {
    long found = address.applyAsLong(function);
    if (found == 0) {
      throw new IllegalArgumentException(name + " has no " + function);
    }
    return found;
  }

  /// Calls a function by its name.
  public long call(String function, long... arguments) {
    return NativeCalls.call(find(function), arguments);
  }
}
