package io.inkstream.cli;

import io.inkstream.runtime.CancellationSignal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Ctrl-C (SIGINT) and SIGTERM: the first cancels the work in its order, a second ends the process.
///
/// A shutdown hook would not do: hooks run side by side, and ONNX Runtime's own frees the
/// environment under the running graph. `sun.misc.Signal` is reached by reflection because javac
/// warns of it in a way that cannot be answered; it is part of the exported `jdk.unsupported`.
final class Interrupts implements AutoCloseable {
  private static final int SIGNALLED = 128;

  /// What happened to a signal before, to be put back.
  private record Previous(Object signal, Object handler) {}

  private final CancellationSignal cancellation;
  private final Runnable farewell;
  private final List<Previous> previous = new ArrayList<>();
  private final AtomicInteger received = new AtomicInteger();
  private final AtomicBoolean cancellable = new AtomicBoolean();

  private Interrupts(CancellationSignal cancellation, Runnable farewell) {
    this.cancellation = cancellation;
    this.farewell = farewell;
  }

  /// Listens from now on. Until [#workBegins] there is nothing to unwind: a signal ends the process
  /// at once.
  ///
  /// @param farewell runs before that
  static Interrupts cancelling(CancellationSignal cancellation, Runnable farewell) {
    var interrupts = new Interrupts(cancellation, farewell);
    interrupts.listen("INT");
    interrupts.listen("TERM");
    return interrupts;
  }

  /// From here on, a signal cancels.
  void workBegins() {
    cancellable.set(true);
  }

  /// As shells have it: 130 after SIGINT, 143 after SIGTERM.
  int exitCode() {
    return received.get() == 0 ? ExitCodes.CANCELLED : SIGNALLED + received.get();
  }

  private void receive(int number) {
    boolean first = received.compareAndSet(0, number);
    if (!first || !cancellable.get()) {
      farewell.run();
      Runtime.getRuntime().halt(SIGNALLED + number);
    }
    cancellation.cancel();
  }

  private void listen(String name) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object signal = signals.getConstructor(String.class).newInstance(name);
      int number = (int) signals.getMethod("getNumber").invoke(signal);
      Object handler =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) -> answer(proxy, method.getName(), arguments, number));
      Object before = signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
      previous.add(new Previous(signal, before));
    } catch (InvocationTargetException e) {
      // The Java machine or its user keeps this signal (-Xrs): it then ends the process.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signals cannot be received", e);
    }
  }

  private @Nullable Object answer(
      Object proxy, String method, Object @Nullable [] arguments, int number) {
    return switch (method) {
      case "equals" -> arguments != null && isSame(proxy, arguments[0]);
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "Interrupts[" + number + "]";
      default -> {
        receive(number);
        yield null;
      }
    };
  }

  @SuppressWarnings("ReferenceEquality") // a proxy has no other equality
  private static boolean isSame(Object one, Object other) {
    return one == other;
  }

  /// Signals do again what they did before.
  @Override
  public void close() {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      var handle = signals.getMethod("handle", signals, handlers);
      for (Previous before : previous) {
        handle.invoke(null, before.signal(), before.handler());
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signals cannot be given back", e);
    }
  }
}
