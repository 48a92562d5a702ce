package io.inkstream.server.jobstore;

import java.util.Optional;

/// Which kept jobs somebody wants to see, in the order in which they were taken.
///
/// @param after the last one that was seen; empty: from the beginning
/// @param limit at most so many
/// @param newestFirst or the oldest
/// @param status only these
public record Listing(
    Optional<String> after, int limit, boolean newestFirst, Optional<JobStatus> status) {}
