package io.inkstream.runtime;

/// How a subgraph is prepared.
///
/// @param foldConstants widen half-precision weights once, when the session is made ("fast");
///   otherwise at every run, from the mapped file ("low memory")
/// @param prepack copy weights into the layout that the kernels like best
/// @param layout rewrite convolutions into the processor's blocked channel layout
/// @param keepMemory hold working memory between runs; otherwise the system gets it back after each
public record SessionSettings(
    boolean foldConstants, boolean prepack, boolean layout, boolean keepMemory) {
  /// Weights widened and packed: fastest runs, one private copy of the weights in float32.
  public static final SessionSettings FAST = new SessionSettings(true, true, false, true);

  /// As [#FAST], with convolutions in blocked layout.
  public static final SessionSettings FAST_CONVOLUTIONS =
      new SessionSettings(true, true, true, true);

  /// Weights stay in their mapped file: starts at once, next to no private memory, slower runs.
  public static final SessionSettings LOW_MEMORY = new SessionSettings(false, false, false, false);
}
