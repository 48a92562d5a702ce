package io.inkstream.engine.hub;

/// A file of a repository as the Hub lists it.
///
/// @param path inside, with slashes
/// @param size in bytes
record RepoFile(String path, long size, Checksum checksum) {
  /// `transformer` of `transformer/config.json`; empty at the top.
  String folder() {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /// Its last part.
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
