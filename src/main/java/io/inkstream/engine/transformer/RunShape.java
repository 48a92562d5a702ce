package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.Optional;

/// What a request asks of the transformer.
///
/// @param grid size of its pictures in tokens
/// @param samples pictures
/// @param branches forwards of a step: 1, or with guidance 2
/// @param cache reuse between steps
public record RunShape(Grid grid, int samples, int branches, Optional<DBCacheConfig> cache) {}
