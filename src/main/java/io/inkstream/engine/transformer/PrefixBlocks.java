package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.Subgraph;
import java.util.List;

/// The blocks as a prefix runs them, described at `graph.SingleStreamGraphs`.
///
/// @param text `prefix_block_K`: what a prefix begins with
/// @param given `given_block_K`: a picture in it; none for a model that sees none
/// @param rest `rest_block_K`: text behind one; none likewise
public record PrefixBlocks(List<Subgraph> text, List<Subgraph> given, List<Subgraph> rest)
    implements AutoCloseable {
  public PrefixBlocks {
    text = List.copyOf(text);
    given = List.copyOf(given);
    rest = List.copyOf(rest);
  }

  int count() {
    return text.size();
  }

  @Override
  public void close() {
    text.forEach(Subgraph::close);
    given.forEach(Subgraph::close);
    rest.forEach(Subgraph::close);
  }
}
