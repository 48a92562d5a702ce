package io.inkstream.server.store;

import java.nio.file.Path;
import java.time.Instant;

/// A picture that is kept. Its file never changes, but may vanish at any time.
///
/// @param name of the file, such as `img-….png`
/// @param extension without the dot
/// @param modified when it was stored, in whole seconds, as HTTP tells times
public record StoredPicture(
    Path file, String name, String extension, long bytes, Instant modified) {}
