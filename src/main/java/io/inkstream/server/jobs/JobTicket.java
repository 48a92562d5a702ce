package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.GenerationRequest;
import java.util.UUID;

/// What is asked of the queue, as a value.
///
/// @param id a name that cannot be guessed
/// @param kind who asks
public record JobTicket(String id, JobKind kind, GenerationRequest request) {
  static JobTicket of(JobKind kind, GenerationRequest request) {
    return new JobTicket(UUID.randomUUID().toString(), kind, request);
  }
}
