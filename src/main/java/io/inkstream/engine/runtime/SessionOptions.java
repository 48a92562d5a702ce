package io.inkstream.engine.runtime;

import java.nio.file.Path;
import java.util.Optional;

/// Writes the options of sessions in the C API.
final class SessionOptions {
  private static final int ERRORS = 3; // ORT_LOGGING_LEVEL_ERROR
  private static final int EXTENDED = 2; // ORT_ENABLE_EXTENDED
  private static final int ALL = 99; // ORT_ENABLE_ALL

  private SessionOptions() {}

  /// The address of new options; the caller releases them.
  ///
  /// @param packs whether weights may be copied into the layout that the kernels like best
  static long make(
      OrtApi api, Optional<Path> weightsFolder, SessionSettings session, boolean packs) {
    long options = api.get(OrtFunction.CREATE_SESSION_OPTIONS);
    try {
      api.call(OrtFunction.DISABLE_PER_SESSION_THREADS, options);
      api.call(OrtFunction.SET_SESSION_LOG_SEVERITY, options, ERRORS);
      api.call(OrtFunction.SET_OPTIMIZATION_LEVEL, options, session.layout() ? ALL : EXTENDED);
      weightsFolder.ifPresent(folder ->
          set(
              api,
              options,
              "session.model_external_initializers_file_folder_path",
              folder.toString()));
      if (!session.foldConstants()) {
        set(api, options, "optimization.disable_specified_optimizers", "ConstantFolding");
      }
      if (!session.prepack() || !packs) {
        set(api, options, "session.disable_prepacking", "1");
      }
      return options;
    } catch (RuntimeException e) {
      api.release(OrtFunction.RELEASE_SESSION_OPTIONS, options);
      throw e;
    }
  }

  private static void set(OrtApi api, long options, String key, String value) {
    api.set(OrtFunction.ADD_SESSION_CONFIG, options, key, value);
  }
}
