package io.inkstream.engine.transformer;

import java.util.List;

/// What the forwards of one branch (cond or uncond) of one prompt share over all steps.
///
/// Made by [TransformerRun#branches]; the caller closes it before the run.
public final class Branch implements AutoCloseable {
  private final List<Lane> lanes;
  private final List<LaneBranch> ofLanes;

  /// @param ofLanes what each lane has of it
  Branch(List<Lane> lanes, List<LaneBranch> ofLanes) {
    this.lanes = lanes;
    this.ofLanes = List.copyOf(ofLanes);
  }

  LaneBranch of(int lane) {
    return ofLanes.get(lane);
  }

  /// Waits for lanes that still work with it: one may have failed while another goes on.
  @Override
  public void close() {
    Lane.closeBranches(lanes, ofLanes);
  }
}
