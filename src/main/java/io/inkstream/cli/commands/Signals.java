package io.inkstream.cli.commands;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A signal of the system, received instead of what the Java machine does with it.
///
/// A shutdown hook would not do: hooks run side by side, and ONNX Runtime's own frees the library
/// under a running graph. `sun.misc.Signal` is reached by reflection because javac warns of it in a
/// way that cannot be answered; it is part of the exported `jdk.unsupported`.
final class Signals {
  /// Ends with [#close]: the signal does again what it did before.
  interface Reception extends AutoCloseable {
    @Override
    void close();
  }

  private Signals() {}

  /// Calls `receiver` with the signal's number, on a thread of its own, whenever it comes.
  ///
  /// If the Java machine or its user keeps the signal (-Xrs), nothing happens.
  ///
  /// @param name without SIG: `INT`, `TERM`
  static Reception on(String name, IntConsumer receiver) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      var handle = signals.getMethod("handle", signals, handlers);
      Object signal = signals.getConstructor(String.class).newInstance(name);
      int number = (int) signals.getMethod("getNumber").invoke(signal);
      Object handler =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) ->
                  answer(proxy, method.getName(), arguments, () -> receiver.accept(number)));
      Object before = handle.invoke(null, signal, handler);
      return () -> restore(handle, signal, before);
    } catch (InvocationTargetException e) {
      return () -> {};
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signals cannot be received", e);
    }
  }

  private static void restore(Method handle, Object signal, Object before) {
    try {
      handle.invoke(null, signal, before);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a signal cannot be given back", e);
    }
  }

  private static @Nullable Object answer(
      Object proxy, String method, Object @Nullable [] arguments, Runnable receiver) {
    return switch (method) {
      case "equals" -> arguments != null && isSame(proxy, arguments[0]);
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "Signals";
      default -> {
        receiver.run();
        yield null;
      }
    };
  }

  @SuppressWarnings("ReferenceEquality") // a proxy has no other equality
  private static boolean isSame(Object one, Object other) {
    return one == other;
  }
}
