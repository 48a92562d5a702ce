package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tiny snapshot's configurations with one value changed.
class ModelConfigTest {
  private static final Path TINY_21 = Path.of("src/test/resources/goldens/qwen21/tiny21");

  @TempDir Path dir;

  private ComponentConfig changed(String component, String key, String value) throws IOException {
    Path good = Snapshots.tiny().resolve(component).resolve("config.json");
    ObjectNode values = SnapshotJson.read(good);
    values.set(key, new ObjectMapper().readTree(value));
    return ComponentConfig.read(
        SafetensorsBuilder.write(dir.resolve("config.json"), values.toString()));
  }

  private static void assertRefused(
      Function<ComponentConfig, ?> reader, ComponentConfig config, String... parts) {
    assertThatThrownBy(() -> reader.apply(config))
        .isExactlyInstanceOf(SnapshotException.class)
        .hasMessageContaining("config.json: ")
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_class_name           | \"FluxTransformer2DModel\" | QwenImageTransformer2DModel or",
        "guidance_embeds       | true        | false",
        "zero_cond_t           | 1           | true or false",
        "use_additional_t_cond | true        | false",
        "use_layer3d_rope      | true        | false",
        "in_channels           | 60          | 2² * 16",
        "patch_size            | 1           | in_channels",
        "patch_size            | 65536       | in_channels",
        "num_attention_heads   | 2147483647  | num_attention_heads",
        "num_layers            | 0           | positive",
        "axes_dims_rope        | [4, 6, 8]   | attention_head_dim = 16",
        "axes_dims_rope        | [5, 5, 6]   | even",
        "axes_dims_rope        | [-4, 10, 10] | even",
        "axes_dims_rope        | [8, 8]      | three"
      })
  void transformersThatAreRefused(String key, String value, String part) throws IOException {
    assertRefused(TransformerConfig::from, changed("transformer", key, value), part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type          | \"qwen3_vl\"        | qwen2_5_vl",
        "architectures       | [\"Qwen2ForCausalLM\"] | Qwen2_5_VLForConditionalGeneration",
        "hidden_size         | 66                  | multiple of num_attention_heads = 4",
        "hidden_size         | 4                   | even multiple",
        "num_key_value_heads | 3                   | divisor of num_attention_heads = 4",
        "rms_norm_eps        | 0                   | positive",
        "rope_theta          | -1.0                | positive",
        "rope_scaling        | {\"type\":\"yarn\"} | default or mrope",
        "rope_scaling        | {\"mrope_section\":[2,3,4]} | head_dim / 2 = 8",
        "head_dim            | 32                  | = 16",
        "hidden_act          | \"gelu\"            | silu",
        "use_sliding_window  | true                | false"
      })
  void textEncodersThatAreRefused(String key, String value, String part) throws IOException {
    assertRefused(TextEncoderConfig::from, changed("text_encoder", key, value), part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_class_name         | \"AutoencoderKLWan\" | AutoencoderKLQwenImage",
        "attn_scales         | [1.0]         | []",
        "input_channels      | 4             | must be 3",
        "dim_mult            | [1, 2, 4]     | one shorter than dim_mult",
        "dim_mult            | [1, 2, 0, 4]  | positive",
        "dim_mult            | []            | 1 to 8",
        "temperal_downsample | [true]        | one shorter than dim_mult",
        "latents_mean        | [0.0]         | z_dim = 16",
        "latents_std         | [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0] | positive",
        "z_dim               | 15            | z_dim = 15"
      })
  void vaesThatAreRefused(String key, String value, String part) throws IOException {
    assertRefused(VaeConfig::from, changed("vae", key, value), part);
  }

  private ComponentConfig changed21(String component, String object, String key, String value)
      throws IOException {
    Path good = TINY_21.resolve(component).resolve("config.json");
    ObjectNode values = SnapshotJson.read(good);
    ObjectNode holder = object.isEmpty() ? values : (ObjectNode) values.get(object);
    holder.set(key, new ObjectMapper().readTree(value));
    return ComponentConfig.read(
        SafetensorsBuilder.write(dir.resolve("config.json"), values.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_position_embeddings   | 17       | a square number",
        "deepstack_visual_indexes  | [2]      | below depth = 2",
        "deepstack_visual_indexes  | [1, 0]   | rising numbers",
        "hidden_act                | \"silu\" | gelu_pytorch_tanh",
        "spatial_merge_size        | 3        | must be 2",
        "num_heads                 | 3        | a multiple of 4 num_heads = 12"
      })
  void eyesOfQwen3ThatAreRefused(String key, String value, String part) throws IOException {
    assertRefused(
        DeepVisionConfig::from, changed21("text_encoder", "vision_config", key, value), part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dim_mult    | [1, 3, 4, 8, 8] | a divisor of the channels and frames before it",
        "in_channels | 3               | must be 4"
      })
  void vaesWithTransparencyThatAreRefused(String key, String value, String part)
      throws IOException {
    assertRefused(VaeConfig::from, changed21("vae", "", key, value), part);
  }

  @Test
  void aTextEncoderAsNewerTransformersWriteIt() {
    // Given
    String json =
        """
        {"architectures": ["Qwen2_5_VLForConditionalGeneration"], "model_type": "qwen2_5_vl",
         "tie_word_embeddings": false,
         "text_config": {"model_type": "qwen2_5_vl_text", "hidden_size": 3584,
           "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28,
           "num_key_value_heads": 4, "rms_norm_eps": 1e-06, "vocab_size": 152064,
           "tie_word_embeddings": true,
           "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0,
             "mrope_section": [16, 24, 24]}}}\
        """;
    // When
    ComponentConfig config =
        ComponentConfig.read(SafetensorsBuilder.write(dir.resolve("config.json"), json));
    // Then
    assertThat(TextEncoderConfig.from(config))
        .isEqualTo(
            new TextEncoderConfig(
                Generation.QWEN_IMAGE,
                3584,
                18944,
                28,
                28,
                4,
                128,
                1e-6,
                1e6,
                List.of(16, 24, 24),
                152064));
    assertThat(TextEncoderConfig.from(config).headDim()).isEqualTo(128);
  }

  @Test
  void nestedTextValuesGoBeforeFlatOnes() throws IOException {
    // When
    ComponentConfig config =
        changed("text_encoder", "text_config", "{\"num_hidden_layers\": 2, \"vocab_size\": null}");
    // Then
    assertThat(TextEncoderConfig.from(config))
        .isEqualTo(
            new TextEncoderConfig(
                Generation.QWEN_IMAGE, 64, 128, 2, 4, 2, 16, 1e-6, 1e6, List.of(2, 3, 3), 685));
  }

  @Test
  void aTextEncoderWithoutThetaNamesTheKey() throws IOException {
    assertRefused(
        TextEncoderConfig::from,
        changed("text_encoder", "rope_theta", "null"),
        "rope_theta is missing");
  }
}
