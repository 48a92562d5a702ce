package io.inkstream.transformer;

import io.inkstream.runtime.Subgraph;
import java.util.ArrayList;
import java.util.List;

/// The subgraphs of the transformer, described at `graph.TransformerGraphs`.
public record TransformerParts(
    Subgraph modulations,
    Subgraph imageIn,
    Subgraph textIn,
    List<Subgraph> blocks,
    Subgraph imageOut)
    implements AutoCloseable {
  public TransformerParts {
    blocks = List.copyOf(blocks);
  }

  @Override
  public void close() {
    List<Subgraph> all = new ArrayList<>(blocks);
    all.addAll(List.of(modulations, imageIn, textIn, imageOut));
    all.forEach(Subgraph::close);
  }
}
