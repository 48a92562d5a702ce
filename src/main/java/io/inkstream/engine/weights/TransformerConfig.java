package io.inkstream.engine.weights;

import java.util.List;

/// The sizes of `QwenImageTransformer2DModel` or `QwenImage21Transformer2DModel`, as its
/// `config.json` gives them.
///
/// @param generation which of the two
/// @param patchSize latent pixels along an edge of one token
/// @param inChannels features of an image token: `patchSize² * outChannels`
/// @param outChannels latent channels
/// @param numLayers transformer blocks
/// @param attentionHeadDim features of one head
/// @param numAttentionHeads heads
/// @param jointAttentionDim features of a prompt token; 2.1 calls it `context_in_dim`
/// @param mlpRatio features inside a block's MLP, in multiples of the inner size
/// @param axesDimsRope features of a head that turn with frame, height and width; their sum is
///   `attentionHeadDim`
/// @param zeroCondT whether given pictures are modulated as of time 0: Qwen-Image-Edit-2511
public record TransformerConfig(
    Generation generation,
    int patchSize,
    int inChannels,
    int outChannels,
    int numLayers,
    int attentionHeadDim,
    int numAttentionHeads,
    int jointAttentionDim,
    int mlpRatio,
    List<Integer> axesDimsRope,
    boolean zeroCondT) {
  private static final String CLASS = "QwenImageTransformer2DModel";
  private static final String CLASS_21 = "QwenImage21Transformer2DModel";
  private static final int MLP_RATIO = 4;
  private static final double EPSILON = 1e-6;
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
    TransformerConfig read =
        switch (config.className()) {
          case CLASS -> qwenImage(config);
          case CLASS_21 -> qwenImage21(config);
          default -> throw config.wrong("_class_name", CLASS + " or " + CLASS_21);
        };
    read.check(config);
    return read;
  }

  private static TransformerConfig qwenImage(ComponentConfig config) {
    for (String variant : NOT_RUN) {
      config.require(!config.flag(variant, false), variant, "false, this version runs no other");
    }
    return new TransformerConfig(
        Generation.QWEN_IMAGE,
        config.positiveInt("patch_size"),
        config.positiveInt("in_channels"),
        config.positiveInt("out_channels"),
        config.positiveInt("num_layers"),
        config.positiveInt("attention_head_dim"),
        config.positiveInt("num_attention_heads"),
        config.positiveInt("joint_attention_dim"),
        MLP_RATIO,
        config.ints("axes_dims_rope"),
        config.flag("zero_cond_t", false));
  }

  /// What the file leaves out is as diffusers' class has it.
  private static TransformerConfig qwenImage21(ComponentConfig config) {
    config.require(
        config.flag("causal_condition", true),
        "causal_condition",
        "true, this version runs no other");
    config.require(config.number("eps", EPSILON) == EPSILON, "eps", EPSILON + "");
    return new TransformerConfig(
        Generation.QWEN_IMAGE_21,
        config.positiveInt("patch_size", 1),
        config.positiveInt("in_channels", 64),
        config.positiveInt("out_channels", 64),
        config.positiveInt("num_layers", 32),
        config.positiveInt("attention_head_dim", 128),
        config.positiveInt("num_attention_heads", 32),
        config.positiveInt("context_in_dim", 4096),
        config.positiveInt("mlp_ratio", 3),
        config.has("axes_dims_rope") ? config.ints("axes_dims_rope") : List.of(16, 56, 56),
        false);
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
