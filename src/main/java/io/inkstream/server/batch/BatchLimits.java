package io.inkstream.server.batch;

import java.time.Duration;

/// What batches may take.
///
/// @param requests of one
/// @param lineBytes of a request
/// @param atOnce requests of all batches that are in the queue at once
/// @param age how long an ended batch is kept
public record BatchLimits(int requests, int lineBytes, int atOnce, Duration age) {}
