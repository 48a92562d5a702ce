package io.inkstream.engine.pipeline;

import io.inkstream.engine.transformer.AdapterWeight;

/// Looks at adapters' files for a loaded transformer.
public interface AdapterOpener {
  /// The adapter at a path, checked against the transformer.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException if there is none, or it is damaged
  ///   or another model's
  AdapterWeight open(AdapterShelf.Source source, double scale);
}
