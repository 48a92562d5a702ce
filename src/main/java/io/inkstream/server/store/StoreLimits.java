package io.inkstream.server.store;

import java.time.Duration;

/// How much is kept, and how long.
///
/// @param bytes of all pictures together; 0: none are kept
/// @param age of the oldest
public record StoreLimits(long bytes, Duration age) {}
