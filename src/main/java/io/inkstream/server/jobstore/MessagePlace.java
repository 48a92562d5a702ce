package io.inkstream.server.jobstore;

/// Where in Redis a router puts work, and looks for what has become of it.
///
/// @param requests a sorted set, by deadline
/// @param results a list, of what names no other
public record MessagePlace(String requests, String results) {}
