package io.inkstream.engine.network;

import io.inkstream.engine.graph.Layers;

/// How time acts on a block's image stream: shift, 1 + scale and gate of the attention, then of the
/// MLP, by their numbers from 0.
sealed interface ImageModulation permits OneModulation, RowModulation {
  /// The stream, normalised, scaled and shifted.
  String norm(String stream, int scale, int shift);

  /// `stream + gate · layer(value)`.
  String gated(String stream, int gate, Layers.Linear layer, String value);
}
