package io.inkstream.api;

import io.inkstream.image.ImageEncoder;
import io.inkstream.pipeline.GenerationRequest;

/// A checked request: what to draw, and how to answer.
///
/// @param quality as the answer names it: `low`, `medium` or `high`
record ImageOrder(GenerationRequest request, ImageEncoder encoder, String quality) {}
