package io.inkstream.engine.model;

import io.inkstream.engine.estimate.DeviceDuty;

/// What of a model lies on one device.
///
/// @param duty what runs there
/// @param residentBlocks transformer blocks whose weights stay there; the others come from the host
/// @param textLayers layers of the text encoder that run there
/// @param textStays whether their weights stay there
/// @param bytes of the device that all of it takes, working memory included
/// @param room bytes of the device beside the weights: the working memory, and what is left
public record CardPlan(
    DeviceDuty duty, int residentBlocks, int textLayers, boolean textStays, long bytes, long room) {
  /// Transformer blocks that run there.
  public int blocks() {
    return duty.blocks();
  }

  /// Whether the VAE runs there, and a model's eyes.
  public boolean decodes() {
    return duty.decodes();
  }
}
