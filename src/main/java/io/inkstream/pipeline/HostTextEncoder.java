package io.inkstream.pipeline;

/// A text encoder whose weights stay in their file and are widened whenever it runs.
///
/// @param hiddenSize features of a token
/// @param intermediateSize features inside the MLP
/// @param heads of its attention
public record HostTextEncoder(int hiddenSize, int intermediateSize, int heads) {
  // As measured at 3584, 18944 and 28 with 64 to 1058 tokens, or up to a ninth more.
  long bytes(long tokens) {
    long matrices = 2L * hiddenSize * (intermediateSize + hiddenSize);
    long values = 4L * (intermediateSize + hiddenSize) + heads * tokens;
    return Float.BYTES * (matrices + tokens * values);
  }
}
