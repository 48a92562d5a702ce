package io.inkstream.server.order;

import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.engine.request.InvalidRequestException;
import java.nio.file.Path;

/// Where the pictures lie that orders name.
public interface InputLibrary {
  /// No picture is kept.
  InputLibrary NONE =
      new InputLibrary() {
        @Override
        public Path path(String id) {
          throw new InvalidRequestException(
              "image", "image '%s' is not kept here: give the picture itself".formatted(id));
        }

        @Override
        public DecoderLimits limits() {
          return DecoderLimits.DEFAULT;
        }
      };

  /// The file of an id.
  ///
  /// @throws InvalidRequestException if there is none, or not any more
  Path path(String id);

  /// What one picture may take.
  DecoderLimits limits();
}
