package io.inkstream.engine.weights;

import java.util.List;

/// The sizes of `QwenImageTransformer2DModel`, as its `config.json` gives them.
///
/// @param patchSize latent pixels along an edge of one token
/// @param inChannels features of an image token: `patchSize² * outChannels`
/// @param outChannels latent channels
/// @param numLayers transformer blocks
/// @param attentionHeadDim features of one head
/// @param numAttentionHeads heads
/// @param jointAttentionDim features of a prompt token
/// @param axesDimsRope features of a head that turn with frame, height and width; their sum is
///   `attentionHeadDim`
/// @param zeroCondT whether given pictures are modulated as of time 0: Qwen-Image-Edit-2511
public record TransformerConfig(
    int patchSize,
    int inChannels,
    int outChannels,
    int numLayers,
    int attentionHeadDim,
    int numAttentionHeads,
    int jointAttentionDim,
    List<Integer> axesDimsRope,
    boolean zeroCondT) {
  private static final String CLASS = "QwenImageTransformer2DModel";
  private static final List<String> NOT_RUN =
      List.of("guidance_embeds", "use_additional_t_cond", "use_layer3d_rope");

  public TransformerConfig {
    axesDimsRope = List.copyOf(axesDimsRope);
  }

  /// Features of a token inside the blocks.
  public int innerDim() {
    return numAttentionHeads * attentionHeadDim;
  }

  /// Reads and checks the configuration.
  ///
  /// @throws SnapshotException if a value is wrong, or the network is one that this version does
  ///   not run
  public static TransformerConfig from(ComponentConfig config) {
    config.require(config.className().equals(CLASS), "_class_name", CLASS);
    for (String variant : NOT_RUN) {
      config.require(!config.flag(variant, false), variant, "false, this version runs no other");
    }
    TransformerConfig read =
        new TransformerConfig(
            config.positiveInt("patch_size"),
            config.positiveInt("in_channels"),
            config.positiveInt("out_channels"),
            config.positiveInt("num_layers"),
            config.positiveInt("attention_head_dim"),
            config.positiveInt("num_attention_heads"),
            config.positiveInt("joint_attention_dim"),
            config.ints("axes_dims_rope"),
            config.flag("zero_cond_t", false));
    read.check(config);
    return read;
  }

  private void check(ComponentConfig config) {
    long area = (long) patchSize * patchSize;
    config.require(
        patchSize <= 1024 && inChannels == area * outChannels,
        "in_channels",
        "patch_size² * out_channels = " + patchSize + "² * " + outChannels);
    config.require(
        (long) numAttentionHeads * attentionHeadDim <= Integer.MAX_VALUE,
        "num_attention_heads",
        "less, the inner size leaves 32 bits");
    boolean even = axesDimsRope.stream().allMatch(dim -> dim > 0 && dim % 2 == 0);
    long sum = axesDimsRope.stream().mapToLong(Integer::longValue).sum();
    config.require(
        axesDimsRope.size() == 3 && even && sum == attentionHeadDim,
        "axes_dims_rope",
        "three even sizes with the sum attention_head_dim = " + attentionHeadDim);
  }
}
