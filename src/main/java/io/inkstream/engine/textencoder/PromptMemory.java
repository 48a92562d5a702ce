package io.inkstream.engine.textencoder;

/// What is remembered of prompts, and what came of it.
///
/// @param prompts whose embeddings are kept now
/// @param bytes that they take
/// @param hits prompts that were asked for and were there, so far
/// @param misses prompts that had to be computed, so far
public record PromptMemory(int prompts, long bytes, long hits, long misses) {
  /// Of an encoder that remembers nothing.
  public static final PromptMemory NONE = new PromptMemory(0, 0, 0, 0);

  /// What this one and another encoder remember.
  public PromptMemory and(PromptMemory other) {
    return new PromptMemory(
        prompts + other.prompts, bytes + other.bytes, hits + other.hits, misses + other.misses);
  }
}
