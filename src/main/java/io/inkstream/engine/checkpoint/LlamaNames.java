package io.inkstream.engine.checkpoint;

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
      Map.of(
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "attn_norm", "input_layernorm",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

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
