package io.inkstream.engine.model;

import io.inkstream.engine.graph.AdaptedLinear;
import java.util.List;

/// Where adapters stand in a transformer's graphs, as `transformer.AdapterInputs` has them.
record AdapterPlaces(
    List<AdaptedLinear> time,
    List<List<AdaptedLinear>> modulations,
    List<AdaptedLinear> imageIn,
    List<AdaptedLinear> textIn,
    List<List<AdaptedLinear>> blocks,
    List<AdaptedLinear> imageOut) {
  AdapterPlaces {
    modulations = List.copyOf(modulations);
    blocks = List.copyOf(blocks);
  }
}
