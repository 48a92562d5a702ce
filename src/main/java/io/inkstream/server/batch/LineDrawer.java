package io.inkstream.server.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/// Draws one request of a batch, behind those whose clients wait.
public interface LineDrawer {
  /// Begins to.
  ///
  /// @param name of the request, the same whichever process asks for it
  /// @param links where links to pictures begin
  Drawing draw(String name, ObjectNode body, URI links);

  /// Whether a request may end the very process that asks for it.
  boolean drawsHere();

  /// The model's name.
  String model();

  /// A request that is drawn, or waits for its turn.
  interface Drawing {
    /// Never fails.
    CompletableFuture<LineAnswer> answer();

    /// Nobody wants it, or its answer has been written: what it holds is others'.
    void close();
  }
}
