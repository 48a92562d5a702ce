package io.inkstream.server.api;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.pipeline.GenerationRequest;
import java.net.URI;
import java.util.Optional;

/// A checked request: what to draw, and how to answer.
///
/// @param cache the parameters of the request's cache, defaults included; empty: none
/// @param links where links to the pictures begin; empty: the answer holds the pictures
/// @param quality as the answer names it: `low`, `medium` or `high`
/// @param stream how to answer with events; empty: with one JSON
record ImageOrder(
    GenerationRequest request,
    Optional<CacheDitParams> cache,
    ImageEncoder encoder,
    Optional<URI> links,
    String quality,
    Optional<StreamOrder> stream) {}
