package io.inkstream.server.jobstore;

/// An event that has no number yet.
///
/// @param type such as `image.job.progress`
/// @param data JSON in UTF-8, in one line; not to be written to
@SuppressWarnings("ArrayRecordComponent") // encoded once, for all who watch
public record EventBody(String type, byte[] data) {}
