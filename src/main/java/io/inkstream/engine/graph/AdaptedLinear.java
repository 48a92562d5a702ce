package io.inkstream.engine.graph;

/// A linear layer of a graph beside which adapters may stand. Their factors are inputs of the
/// graph, of any rank: A `[rank, in]` and B `[out, rank]` add `B (A x)` to what the layer gives.
///
/// @param module its name in the model: `transformer_blocks.7.attn.to_q`
/// @param input its name in the graph, which is the same for all blocks that share one
public record AdaptedLinear(String module, String input, long in, long out) {
  /// The input that says whether any adapter acts, by its first extent: 1 if none does, else
  /// [#ALL_ROWS]. It has no elements.
  public static final String ROWS = "adapted";

  /// More rows than any value has.
  public static final long ALL_ROWS = Integer.MAX_VALUE;

  /// The input for A.
  public String down() {
    return input + ".lora_A";
  }

  /// The input for B.
  public String up() {
    return input + ".lora_B";
  }
}
