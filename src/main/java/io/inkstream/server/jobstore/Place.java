package io.inkstream.server.jobstore;

/// Where a waiting job stands.
///
/// @param position 1 is the next
/// @param workAhead of all that would be drawn before it, in units of `jobs.Work`
public record Place(int position, double workAhead) {}
