package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.List;
import java.util.Optional;

/// What a request asks of the transformer.
///
/// @param grids sizes in tokens: of the pictures to draw, then of each picture that is given with
///   them
/// @param textTokens of the longest text; lanes share out rows by it, and take any
/// @param pictures to draw
/// @param branches forwards of a step: 1, or with guidance 2
/// @param cache reuse between steps
/// @param adapters that act
public record RunShape(
    List<Grid> grids,
    int textTokens,
    int pictures,
    int branches,
    Optional<DBCacheConfig> cache,
    List<AdapterWeight> adapters) {
  public RunShape {
    grids = List.copyOf(grids);
    adapters = List.copyOf(adapters);
  }

  /// Without adapters.
  public RunShape(
      List<Grid> grids, int textTokens, int pictures, int branches, Optional<DBCacheConfig> cache) {
    this(grids, textTokens, pictures, branches, cache, List.of());
  }

  /// Without given pictures and adapters.
  public RunShape(
      Grid grid, int textTokens, int pictures, int branches, Optional<DBCacheConfig> cache) {
    this(List.of(grid), textTokens, pictures, branches, cache);
  }

  /// Rows of an image stream that become the picture; the rows of given pictures follow.
  int drawnTokens() {
    return grids.getFirst().tokens();
  }

  /// Rows of an image stream.
  int imageTokens() {
    return grids.stream().mapToInt(Grid::tokens).sum();
  }
}
