package io.inkstream.engine.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.file.Path;

/// ONNX Runtime on the processor, through its own Java binding: one environment, one thread pool
/// that all sessions share.
///
/// A pool per session would spin against the others (2.3 times slower with a session per block).
final class HostRuntime implements OnnxRuntime {
  private final OrtEnvironment environment;
  private final RuntimeSettings settings;

  private HostRuntime(OrtEnvironment environment, RuntimeSettings settings) {
    this.environment = environment;
    this.settings = settings;
  }

  /// @throws EngineException if the library does not load
  static HostRuntime start(RuntimeSettings settings) {
    return new HostRuntime(environment(settings), settings);
  }

  private static OrtEnvironment environment(RuntimeSettings settings) {
    try (var threading = new OrtEnvironment.ThreadingOptions()) {
      threading.setGlobalIntraOpNumThreads(settings.effectiveThreads());
      threading.setGlobalInterOpNumThreads(1);
      threading.setGlobalSpinControl(settings.spinning());
      var environment =
          OrtEnvironment.getEnvironment(
              OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "inkstream", threading);
      environment.setTelemetry(false);
      return environment;
    } catch (OrtException e) {
      throw new EngineException("ONNX Runtime does not start: " + e.getMessage(), e);
    } catch (ExceptionInInitializerError e) { // the library loads itself when a class is touched
      throw new EngineException("ONNX Runtime does not start: " + rootOf(e).getMessage(), e);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : rootOf(cause);
  }

  @Override
  public String version() {
    return environment.getVersion();
  }

  @Override
  public int threads() {
    return settings.effectiveThreads();
  }

  @Override
  public Subgraph load(String name, byte[] model, Path weightsFolder, SessionSettings session) {
    try (var options = new OrtSession.SessionOptions()) {
      options.disablePerSessionThreads();
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setOptimizationLevel(session.layout() ? OptLevel.ALL_OPT : OptLevel.EXTENDED_OPT);
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", weightsFolder.toString());
      if (!session.foldConstants()) {
        options.addConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding");
      }
      if (!session.prepack()) {
        options.addConfigEntry("session.disable_prepacking", "1");
      }
      return new HostSubgraph(
          name, environment, environment.createSession(model, options), session.keepMemory());
    } catch (OrtException e) {
      throw new EngineException(name + " does not load: " + e.getMessage(), e);
    }
  }
}
