package io.inkstream.engine.estimate;

/// Bytes that drawing takes at its peak, beyond the loaded model.
///
/// @param host of the system's memory
/// @param device of the memory that a device has of its own
public record Footprint(long host, long device) {}
