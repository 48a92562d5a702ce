package io.inkstream.engine.checkpoint;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text encoder's tensors as llama.cpp names them (`tensor_mapping.py` of gguf-py): the names
/// that transformers gives to them.
final class LlamaNames {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\.(\\w+)\\.(weight|bias)");

  private static final Map<String, String> OUTER =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");

  private static final Map<String, String> PARTS =
      Map.ofEntries(
          entry("attn_q", "self_attn.q_proj"),
          entry("attn_k", "self_attn.k_proj"),
          entry("attn_v", "self_attn.v_proj"),
          entry("attn_q_norm", "self_attn.q_norm"),
          entry("attn_k_norm", "self_attn.k_norm"),
          entry("attn_output", "self_attn.o_proj"),
          entry("attn_norm", "input_layernorm"),
          entry("ffn_norm", "post_attention_layernorm"),
          entry("ffn_gate", "mlp.gate_proj"),
          entry("ffn_up", "mlp.up_proj"),
          entry("ffn_down", "mlp.down_proj"));

  private LlamaNames() {}

  /// transformers' name; empty if there is none.
  static Optional<String> named(String name) {
    Matcher block = BLOCK.matcher(name);
    return block.matches()
        ? Optional.ofNullable(PARTS.get(block.group(2)))
            .map(part -> "model.layers.%s.%s.%s".formatted(block.group(1), part, block.group(3)))
        : Optional.ofNullable(OUTER.get(name));
  }
}
