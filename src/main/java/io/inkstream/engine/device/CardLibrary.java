package io.inkstream.engine.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The runtime library of a maker of cards; looked up only when it is needed. Functions are called
/// by CUDA's names.
final class CardLibrary {
  private final CardMaker maker;
  private final NativeLibrary library;
  private final Map<String, Long> functions = new ConcurrentHashMap<>();

  CardLibrary(CardMaker maker, NativeLibrary library) {
    this.maker = maker;
    this.library = library;
  }

  /// @throws EngineException if it is not installed where the system looks for libraries
  static CardLibrary load(CardMaker maker) {
    List<String> reasons = new ArrayList<>();
    for (String name : maker.libraries()) {
      try {
        return new CardLibrary(maker, NativeLibrary.named(name));
      } catch (IllegalArgumentException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    throw new EngineException(
        "device is %s: no %s runtime library; install %s, or name its folder in LD_LIBRARY_PATH: %s"
            .formatted(maker.kind(), maker.runtime(), maker.product(), String.join("; ", reasons)));
  }

  CardMaker maker() {
    return maker;
  }

  /// Calls a function that returns an error's number, 0 if none.
  ///
  /// @throws EngineException if it failed, or the library has no such function
  void call(String name, long... arguments) {
    int error = (int) NativeCalls.call(function(name), arguments);
    if (error != 0) {
      String why = CText.at(NativeCalls.call(function("cudaGetErrorString"), error));
      throw new EngineException("%s failed: %s (%d)".formatted(maker.function(name), why, error));
    }
  }

  /// Calls a function without parameters whose number is no failure of its own.
  int number(String name) {
    return (int) NativeCalls.call(function(name));
  }

  /// Calls a function whose first parameter is the address of a pointer or a number that it sets.
  long get(String name, long... rest) {
    return NativeCalls.first(arguments -> call(name, arguments), rest);
  }

  private long function(String name) {
    return functions.computeIfAbsent(name, this::find);
  }

  private long find(String name) {
    try {
      return library.find(maker.function(name));
    } catch (IllegalArgumentException e) {
      throw new EngineException("device is %s: %s".formatted(maker.kind(), e.getMessage()), e);
    }
  }
}
