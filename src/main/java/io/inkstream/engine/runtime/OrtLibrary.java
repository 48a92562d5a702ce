package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/// ONNX Runtime in this process: one environment, one thread pool that all sessions on all devices
/// share.
///
/// A pool per session would spin against the others (2.3 times slower with a session per block).
///
/// @param environment address of the `OrtEnv`
record OrtLibrary(OrtApi api, Threads threads, long environment) {
  private static final int ERRORS = 3; // ORT_LOGGING_LEVEL_ERROR
  private static final Map<Path, OrtLibrary> LOADED = new HashMap<>();

  /// What the pool was made with.
  record Threads(int count, boolean spinning) {}

  /// Loads the library that the settings name, or returns the one that is loaded.
  ///
  /// @throws IllegalStateException if its pool is another
  /// @throws EngineException if it is missing or foreign
  static synchronized OrtLibrary of(RuntimeSettings settings) {
    var threads = new Threads(settings.effectiveThreads(), settings.spinning());
    var library =
        LOADED.computeIfAbsent(
            LibraryFiles.find(settings.deviceSettings()),
            file -> {
              disableTelemetry();
              return start(OrtApi.load(file), threads);
            });
    if (!library.threads.equals(threads)) {
      throw new IllegalStateException(
          "ONNX Runtime runs with " + library.threads + ", cannot change to " + threads);
    }
    return library;
  }

  /// From 1.29 on the library tells its makers of its use, on every system, from its environment's
  /// first moment: [#start] comes too late. It reads the command line for that, by a function that
  /// goes as deep as the line is long: with some thousand characters, deeper than a stack of
  /// Java's.
  private static void disableTelemetry() {
    try (var arena = Arena.ofConfined()) {
      long name = CText.of("ORT_DISABLE_TELEMETRY", arena);
      NativeLibrary.ofProcess().call("setenv", name, CText.of("1", arena), 1);
    }
  }

  private static OrtLibrary start(OrtApi api, Threads threads) {
    long options = api.get(OrtFunction.CREATE_THREADING_OPTIONS);
    try {
      api.call(OrtFunction.SET_INTRA_OP_THREADS, options, threads.count());
      api.call(OrtFunction.SET_INTER_OP_THREADS, options, 1);
      api.call(OrtFunction.SET_SPIN_CONTROL, options, threads.spinning() ? 1 : 0);
      long name = CText.of("inkstream", Arena.global());
      long environment = api.get(OrtFunction.CREATE_ENV_WITH_GLOBAL_POOLS, ERRORS, name, options);
      api.call(OrtFunction.DISABLE_TELEMETRY, environment);
      return new OrtLibrary(api, threads, environment);
    } finally {
      api.release(OrtFunction.RELEASE_THREADING_OPTIONS, options);
    }
  }

  /// Makes a session.
  ///
  /// @param further sets what else its options shall have
  /// @throws EngineException if the library refuses the graph
  NativeSession open(
      SessionGraph graph, SessionSettings settings, Place place, LongConsumer further) {
    long options =
        SessionOptions.make(api, graph.weightsFolder(), settings, graph.given().isEmpty());
    var weights = new GivenWeights(graph.given());
    try (var arena = Arena.ofConfined()) {
      weights.addTo(api, Place.host(api), options);
      further.accept(options);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, graph.model());
      long session =
          api.get(
              OrtFunction.CREATE_SESSION_FROM_ARRAY,
              environment,
              bytes.address(),
              bytes.byteSize(),
              options);
      return NativeSession.of(graph.name(), api, session, place, settings.keepMemory(), weights);
    } catch (EngineException e) {
      weights.close();
      throw new EngineException(graph.name() + " does not load: " + e.getMessage(), e);
    } finally {
      api.release(OrtFunction.RELEASE_SESSION_OPTIONS, options);
    }
  }
}
