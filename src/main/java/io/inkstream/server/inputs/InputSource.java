package io.inkstream.server.inputs;

import java.nio.file.Path;

/// Where a picture of a request is.
public sealed interface InputSource {
  /// It came with the request.
  ///
  /// @param id from [InputStore#newId]
  /// @param draft from [InputStore#draft]
  record Brought(String id, Path draft) implements InputSource {}

  /// At an address, or in it: a data URL.
  record Linked(String url) implements InputSource {}

  /// Among the files that a client keeps.
  record Filed(String id) implements InputSource {}
}
