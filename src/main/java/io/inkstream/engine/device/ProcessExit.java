package io.inkstream.engine.device;

/// The end of a process at once: without what libraries free when it ends, as they may wait for a
/// lost device for ever, or crash. The Java machine's own ends, `halt` among them, let them.
public final class ProcessExit {
  private ProcessExit() {}

  /// Does not return. No shutdown hook runs.
  public static void now(int exitCode) {
    NativeLibrary.ofProcess().call("_exit", exitCode);
  }
}
