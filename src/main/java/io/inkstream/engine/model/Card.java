package io.inkstream.engine.model;

import io.inkstream.engine.runtime.ModelRoom;

/// A device while a model is loaded there.
///
/// @param sessions that are made there
/// @param room beside the weights
/// @param plan what is to lie there
record Card(DeviceSessions sessions, ModelRoom room, CardPlan plan) {
  boolean hasBlocks() {
    return plan.blocks() > 0;
  }

  boolean hasText() {
    return plan.textLayers() > 0;
  }
}
