package io.inkstream.engine.transformer;

import java.util.List;

/// What the forwards of one branch (cond or uncond) of one prompt share over all steps.
///
/// Made by [TransformerRun#branches]; the caller closes it.
///
/// @param lanes what each lane has of it
public record Branch(List<LaneBranch> lanes) implements AutoCloseable {
  public Branch {
    lanes = List.copyOf(lanes);
  }

  @Override
  public void close() {
    lanes.forEach(LaneBranch::close);
  }
}
