package io.inkstream.server.batch;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What a client asks of a batch.
///
/// @param endpoint of all its requests
/// @param inputFileId where they are
/// @param window in which they are to be drawn, as the client said it
/// @param outputAge how long its files are kept; empty: the usual time
/// @param webhook told of its end; empty: those of the server
/// @param links where links to pictures begin
public record BatchOrder(
    String endpoint,
    String inputFileId,
    String window,
    Duration time,
    Map<String, String> metadata,
    Optional<Duration> outputAge,
    Optional<URI> webhook,
    URI links) {}
