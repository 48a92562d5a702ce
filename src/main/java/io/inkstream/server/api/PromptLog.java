package io.inkstream.server.api;

import com.fasterxml.jackson.databind.node.TextNode;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.server.config.AccessSettings;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/// What people ask for is nobody's business, unless the server was told to log it.
@Singleton
final class PromptLog {
  private static final Logger LOG = Logger.getLogger(PromptLog.class);

  private final boolean on;

  PromptLog(AccessSettings settings) {
    this.on = settings.logPrompts();
  }

  /// As JSON strings: a prompt with line breaks cannot pass for other lines of the log.
  void log(GenerationRequest request) {
    if (on) {
      LOG.infof(
          "prompt %s, negative prompt %s",
          TextNode.valueOf(request.texts().prompts().getFirst()),
          TextNode.valueOf(request.texts().negatives().getFirst()));
    }
  }
}
