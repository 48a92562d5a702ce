package io.inkstream.server.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// What SGLang's routes for adapters answer after a change.
///
/// @param status `ok`
@RegisterForReflection
@Schema(name = "LoraDone")
record LoraDone(String status, String message) {
  static LoraDone of(String message) {
    return new LoraDone("ok", message);
  }
}
