package io.inkstream.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.graph.OnnxFile;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The graphs of the tiny snapshot: 10 blocks of width 48 (3 heads of 16), texts of width 64.
class GraphsTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final Path TINY = GOLDENS.resolve("tiny");
  private static final List<String> PARTS = List.of("transformer", "text_encoder", "vae");

  private final QwenImageSnapshot snapshot = QwenImageSnapshot.open(TINY, Optional.empty());
  private final DoubleStreamGraphs transformer =
      (DoubleStreamGraphs) snapshot.transformerGraphs(DType.F32);

  private static String interfaceOf(OnnxModel model) {
    var file = OnnxFile.parse(model.bytes());
    return names(file.inputs()) + " -> " + names(file.outputs());
  }

  private static String names(List<OnnxFile.Value> values) {
    return String.join(", ", values.stream().map(value -> value.name() + value.extents()).toList());
  }

  @Test
  void theTransformerIsModulationsEntrancesBlocksAndTheExit() {
    assertThat(transformer.all())
        .extracting(OnnxModel::name)
        .startsWith("modulations", "image_in", "text_in", "block_00", "block_01")
        .endsWith("block_09", "image_out")
        .hasSize(14);
    assertThat(interfaceOf(transformer.imageIn()))
        .isEqualTo("hidden_states[img, 64] -> h[img, 48]");
    assertThat(interfaceOf(transformer.textIn()))
        .isEqualTo("encoder_hidden_states[txt, 64] -> e[txt, 48]");
    assertThat(interfaceOf(transformer.block(3)))
        .isEqualTo(
            "h[img, 48], e[txt, 48], cos[all, 8], sin[all, 8], modulation[576]"
                + " -> h_out[img, 48], e_out[txt, 48]");
    assertThat(interfaceOf(transformer.imageOut()))
        .isEqualTo("h[img, 48], modulation_out[96] -> sample[img, 64]");
  }

  @Test
  void modulationsOfAllBlocksComeOfOneRunOrBlockByBlock() {
    assertThat(interfaceOf(transformer.modulations()))
        .startsWith("timestep[steps] -> modulation.0[steps, 576], modulation.1[steps, 576],")
        .endsWith("modulation.9[steps, 576], modulation_out[steps, 96]");
    assertThat(interfaceOf(transformer.timeEmbedding()))
        .isEqualTo("timestep[steps] -> act[steps, 48], modulation_out[steps, 96]");
    assertThat(interfaceOf(transformer.boundModulation(2).model()))
        .startsWith("act[steps, 48], img_mod.1.weight[288, 48], img_mod.1.bias[288],")
        .endsWith(" -> modulation[steps, 576]");
  }

  @Test
  void aBlockIsCutAtItsAttention() {
    var before = transformer.boundBlock(3, BlockPart.ATTENTION_IN);
    var behind = transformer.boundBlock(3, BlockPart.ATTENTION_OUT);
    var whole = transformer.boundBlock(3);

    assertThat(interfaceOf(before.model()))
        .startsWith("h[img, 48], e[txt, 48], cos[all, 8], sin[all, 8], modulation[576], ")
        .endsWith(" -> query[rows, 48], key[rows, 48], value[rows, 48]");
    assertThat(before.model().inputs())
        .containsExactlyInAnyOrder("h", "e", "cos", "sin", "modulation");
    assertThat(interfaceOf(behind.model()))
        .startsWith("h[img, 48], e[txt, 48], modulation[576], attended[rows, 48], ")
        .endsWith(" -> h_out[img, 48], e_out[txt, 48]");
    assertThat(before.weights().keySet()).doesNotContainAnyElementsOf(behind.weights().keySet());
    assertThat(whole.weights()).containsAllEntriesOf(before.weights());
    assertThat(whole.weights()).containsAllEntriesOf(behind.weights());
    assertThat(whole.weights()).hasSize(before.weights().size() + behind.weights().size());
    assertThat(interfaceOf(new AttentionGraph(1, 16, DType.F32).build()))
        .isEqualTo("query[rows, 16], key[all, 16], value[all, 16] -> attended[rows, 16]");
  }

  @Test
  void theTextEncoderIsOneGraphOrOneForEachLayer() {
    var graphs =
        new TextEncoderGraph(snapshot.textEncoder(), snapshot.textEncoderConfig(), DType.F32, 0);
    int half = snapshot.textEncoderConfig().headDim() / 2;

    assertThat(interfaceOf(graphs.build()))
        .isEqualTo(
            "inputs_embeds[tokens, 64], cos[tokens, %1$d], sin[tokens, %1$d]".formatted(half)
                + " -> last_hidden_state[tokens, 64]");
    assertThat(interfaceOf(graphs.boundLayer(1).model()))
        .startsWith("h[tokens, 64], cos[tokens, %1$d], sin[tokens, %1$d], ".formatted(half))
        .endsWith(" -> h_out[tokens, 64]");
    assertThat(graphs.boundLayer(1).weights().get("mlp.up_proj.weight").entries().getFirst().name())
        .isEqualTo("model.layers.1.mlp.up_proj.weight");
    assertThat(interfaceOf(graphs.end()))
        .isEqualTo("h[tokens, 64] -> last_hidden_state[tokens, 64]");
  }

  @Test
  void theDecoderTakesLatentsOfAnySize() {
    assertThat(interfaceOf(snapshot.decoderGraph()))
        .isEqualTo("latents[1, 16, height, width] -> sample[1, 3, image_height, image_width]");
  }

  /// docs/design/several-cards.md.
  @ParameterizedTest
  @CsvSource({
    "tiny, PLAIN, 1",
    "tiny, IN_PARTS, 0",
    "qwen21/tiny21, PLAIN, 1",
    "qwen21/tiny21, IN_PARTS, 0"
  })
  void onADeviceTheVaeAttendsWithoutTheLibrarysOperator(
      String model, Convolutions convolutions, int attentions) {
    var opened = QwenImageSnapshot.open(GOLDENS.resolve(model), Optional.empty());
    var encoder = opened.encoderGraph(convolutions).orElseThrow();

    assertThat(List.of(opened.decoderGraph(convolutions), encoder))
        .allSatisfy(graph ->
            assertThat(OnnxFile.parse(graph.bytes()).operators())
                .filteredOn("MultiHeadAttention"::equals)
                .hasSize(attentions));
  }

  @Test
  void residualsAreComparedAndExtendedByGraphsWithoutWeights() {
    var graphs = new ResidualGraphs(48, DType.BF16);

    assertThat(interfaceOf(graphs.sumAbsChange()))
        .isEqualTo("previous[tokens, 48], after[tokens, 48], before[tokens, 48] -> sum[1]");
    assertThat(interfaceOf(graphs.taylor(2)))
        .isEqualTo(
            "x[tokens, 48], term_0[tokens, 48], scales[2], term_1[tokens, 48], term_2[tokens, 48]"
                + " -> out[tokens, 48]");
    assertThat(graphs.add().weightFiles()).isEmpty();
  }

  @Test
  void graphsAreTheSameBytesEveryTime() {
    for (String part : PARTS) {
      var first = snapshot.graphs(part);
      var second = QwenImageSnapshot.open(TINY, Optional.empty()).graphs(part);

      assertThat(first).hasSameSizeAs(second).isNotEmpty();
      for (int i = 0; i < first.size(); i++) {
        assertThat(first.get(i).bytes()).isEqualTo(second.get(i).bytes());
      }
    }
  }

  @Test
  void oneBlockGraphWithWeightsAsInputsServesEveryBlock() {
    for (boolean fused : new boolean[] {false, true}) {
      var first = fused ? transformer.fusedBlock(0, ProductKernels.OWN) : transformer.boundBlock(0);
      var last = fused ? transformer.fusedBlock(9, ProductKernels.OWN) : transformer.boundBlock(9);

      assertThat(last.model().bytes()).isEqualTo(first.model().bytes());
      assertThat(last.weights().keySet()).isEqualTo(first.weights().keySet());
      assertThat(last.weights().get("attn.to_out.0.weight").entries().getFirst().name())
          .isEqualTo("transformer_blocks.9.attn.to_out.0.weight");
      assertThat(OnnxFile.parse(first.model().bytes()).weights()).isEmpty();
    }
  }

  @Test
  void aFusedBlockReadsQueriesKeysAndValuesOfOneProduct() {
    var plain = transformer.boundBlock(4);
    var fused = transformer.fusedBlock(4, ProductKernels.OWN);

    assertThat(fused.weights().get("attn.to_qkv.weight").entries())
        .isEqualTo(
            List.of(
                plain.weights().get("attn.to_q.weight").entries().getFirst(),
                plain.weights().get("attn.to_k.weight").entries().getFirst(),
                plain.weights().get("attn.to_v.weight").entries().getFirst()));
    assertThat(fused.weights()).hasSize(plain.weights().size() - 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"src/test/resources/goldens/tiny", "src/main/models/qwen-image-pocket"})
  void everyWeightLiesInsideTheFileThatItsGraphNames(Path path) throws IOException {
    var opened = QwenImageSnapshot.open(path, Optional.empty());
    for (String part : PARTS) {
      for (OnnxModel graph : opened.graphs(part)) {
        var weights = OnnxFile.parse(graph.bytes()).weights();
        assertThat(weights).isNotEmpty();
        for (var weight : weights) {
          Path file = graph.weightsFolder().resolve(weight.location());
          assertThat(graph.weightFiles()).contains(file);
          assertThat(weight.offset()).isGreaterThan(8);
          assertThat(weight.offset() + weight.length()).isLessThanOrEqualTo(Files.size(file));
        }
      }
    }
  }

  @Test
  void weightsAreWidenedBeforeAllElse() {
    for (String part : PARTS) {
      for (OnnxModel graph : snapshot.graphs(part)) {
        var operators = OnnxFile.parse(graph.bytes()).operators();
        assertThat(operators).contains("Cast");
        assertThat(operators.stream().dropWhile("Cast"::equals)).doesNotContain("Cast");
      }
    }
  }
}
