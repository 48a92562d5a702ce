package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.List;
import java.util.Optional;

/// What a request asks of the transformer.
///
/// @param grids sizes in tokens: of the pictures to draw, then of each picture that is given with
///   them
/// @param pictures to draw
/// @param branches forwards of a step: 1, or with guidance 2
/// @param cache reuse between steps
/// @param adapters that act
public record RunShape(
    List<Grid> grids,
    int pictures,
    int branches,
    Optional<DBCacheConfig> cache,
    List<AdapterWeight> adapters) {
  public RunShape {
    grids = List.copyOf(grids);
    adapters = List.copyOf(adapters);
  }

  /// Without adapters.
  public RunShape(List<Grid> grids, int pictures, int branches, Optional<DBCacheConfig> cache) {
    this(grids, pictures, branches, cache, List.of());
  }

  /// The same with adapters.
  public RunShape with(List<AdapterWeight> others) {
    return new RunShape(grids, pictures, branches, cache, others);
  }

  /// Without given pictures and adapters.
  public RunShape(Grid grid, int pictures, int branches, Optional<DBCacheConfig> cache) {
    this(List.of(grid), pictures, branches, cache);
  }

  /// Rows of an image stream that become the picture; the rows of given pictures follow.
  int drawnTokens() {
    return grids.getFirst().tokens();
  }

  /// Rows of given pictures.
  int givenTokens() {
    return imageTokens() - drawnTokens();
  }

  /// Rows of an image stream.
  int imageTokens() {
    return grids.stream().mapToInt(Grid::tokens).sum();
  }
}
