package io.inkstream.engine.checkpoint;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The VAE's tensors as Wan's own program names them, which ComfyUI's file has kept: the names that
/// diffusers gives to them (its `convert_wan_vae_to_diffusers`).
///
/// @param perLevel entries of `decoder.upsamples` for each level: the residual blocks of a level,
///   one more, and the up-sampler
record WanVaeNames(int perLevel) {
  private static final Pattern NAME =
      Pattern.compile("(encoder|decoder)\\.(\\w+)\\.(?:(\\d{1,6})\\.)?(.+)");

  private static final Map<String, String> OUTER =
      Map.of("conv1.", "quant_conv.", "conv2.", "post_quant_conv.");

  private static final Map<String, String> HEAD = Map.of("0", "norm_out.", "2", "conv_out.");

  private static final Map<String, String> MIDDLE =
      Map.of(
          "0", "mid_block.resnets.0.",
          "1", "mid_block.attentions.0.",
          "2", "mid_block.resnets.1.");

  /// Parts of a residual block.
  private static final Map<String, String> RESIDUAL =
      Map.of(
          "residual.0.", "norm1.",
          "residual.2.", "conv1.",
          "residual.3.", "norm2.",
          "residual.6.", "conv2.",
          "shortcut.", "conv_shortcut.");

  static WanVaeNames of(int numResBlocks) {
    return new WanVaeNames(numResBlocks + 2);
  }

  /// Whether a file with these names has Wan's.
  static boolean areIn(Set<String> names) {
    return names.stream()
        .anyMatch(
            name -> name.startsWith("decoder.middle.") || name.startsWith("decoder.upsamples."));
  }

  /// diffusers' name; empty if Wan's program has no such tensor.
  Optional<String> named(String name) {
    for (var outer : OUTER.entrySet()) {
      if (name.startsWith(outer.getKey())) {
        return Optional.of(outer.getValue() + name.substring(outer.getKey().length()));
      }
    }
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? inside(matcher) : Optional.empty();
  }

  private Optional<String> inside(Matcher name) {
    String side = name.group(1) + ".";
    String number = Optional.ofNullable(name.group(3)).orElse("");
    String tail = name.group(4);
    return switch (name.group(2)) {
      case "conv1" -> Optional.of(side + "conv_in." + tail);
      case "head" -> Optional.ofNullable(HEAD.get(number)).map(part -> side + part + tail);
      case "middle" ->
          Optional.ofNullable(MIDDLE.get(number)).map(part -> side + part + ofBlock(tail));
      case "downsamples" -> Optional.of(side + "down_blocks." + number + "." + ofBlock(tail));
      case "upsamples" ->
          number.isEmpty() ? Optional.empty() : Optional.of(side + up(number, tail));
      default -> Optional.empty();
    };
  }

  private String up(String number, String tail) {
    int entry = Integer.parseInt(number);
    int level = entry / perLevel;
    int at = entry % perLevel;
    String part = at == perLevel - 1 ? "upsamplers.0." : "resnets." + at + ".";
    return "up_blocks." + level + "." + part + ofBlock(tail);
  }

  /// A tail in a residual block; those of attentions and samplers stay.
  private static String ofBlock(String tail) {
    for (var part : RESIDUAL.entrySet()) {
      if (tail.startsWith(part.getKey())) {
        return part.getValue() + tail.substring(part.getKey().length());
      }
    }
    return tail;
  }
}
