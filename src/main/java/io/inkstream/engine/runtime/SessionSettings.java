package io.inkstream.engine.runtime;

/// How a subgraph is prepared.
///
/// @param foldConstants widen half-precision weights once, when the session is made ("fast");
///   otherwise at every run, from the mapped file ("low memory")
/// @param prepack copy weights into the layout that the kernels like best
/// @param layout rewrite convolutions into the processor's blocked channel layout
/// @param keepMemory hold working memory between runs; otherwise the system gets it back after each
/// @param onHost run on the processor even where there is a device
public record SessionSettings(
    boolean foldConstants, boolean prepack, boolean layout, boolean keepMemory, boolean onHost) {
  /// Weights widened and packed: fastest runs, one private copy of the weights in float32.
  public static final SessionSettings FAST = new SessionSettings(true, true, false, true, false);

  /// As [#FAST], with convolutions in blocked layout.
  public static final SessionSettings FAST_CONVOLUTIONS =
      new SessionSettings(true, true, true, true, false);

  /// Weights stay in their mapped file: starts at once, next to no private memory, slower runs.
  public static final SessionSettings LOW_MEMORY =
      new SessionSettings(false, false, false, false, false);

  /// The same on the processor.
  public SessionSettings hosted() {
    return new SessionSettings(foldConstants, prepack, layout, keepMemory, true);
  }

  /// The same, giving working memory back after each run.
  public SessionSettings released() {
    return new SessionSettings(foldConstants, prepack, layout, false, onHost);
  }
}
