package io.inkstream.server.files;

import java.time.Duration;

/// How much is kept, and how long.
///
/// @param fileBytes of one that a client sends
/// @param allBytes of all together, when no more are taken
/// @param age of a file that says none itself
public record FileLimits(long fileBytes, long allBytes, Duration age) {}
