package io.inkstream.engine.model;

import static io.inkstream.Floats.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Goldens;
import io.inkstream.Goldens.Case;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.graph.Operators;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.textencoder.PromptTemplate;
import io.inkstream.engine.textencoder.Qwen2Tokenizer;
import io.inkstream.engine.transformer.QwenEmbedRope;
import io.inkstream.engine.transformer.RotaryTables;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.WeightReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each part of the network on its own against what diffusers had at the same place.
class PartsGoldenTest {
  private static final double TOLERANCE = 1e-3;
  private static final double EMBEDS = 1e-4;
  // The reference computed in bfloat16; ours in float32.
  private static final double HALF = 0.1;

  private final OnnxRuntime runtime = OnnxRuntime.start(RuntimeSettings.defaults());
  private final CancellationSignal signal = new CancellationSignal();

  @TestFactory
  Stream<DynamicTest> promptsBecomeTheSameTokens() {
    return Goldens.tests(this::checkTokens);
  }

  private void checkTokens(Case golden) {
    // Given
    var tokenizer = Qwen2Tokenizer.load(golden.snapshot().resolve("tokenizer"));
    SafetensorsFile tensors = golden.tensors();

    for (String branch : branches(tensors)) {
      // When
      List<int[]> rows = new ArrayList<>();
      for (String prompt : golden.texts(branch.equals("cond") ? "prompt" : "negative_prompt")) {
        rows.add(tokenizer.encode(PromptTemplate.QWEN_IMAGE.apply(prompt), 1058));
      }

      // Then
      int[] expected = tensors.ints(branch + ".input_ids");
      int[] mask = tensors.ints(branch + ".attention_mask");
      int width = expected.length / rows.size();
      for (int row = 0; row < rows.size(); row++) {
        int[] ids = Arrays.copyOfRange(expected, row * width, (row + 1) * width);
        int count = Arrays.stream(mask, row * width, (row + 1) * width).sum();
        assertThat(rows.get(row)).isEqualTo(Arrays.copyOf(ids, count));
      }
    }
  }

  private static List<String> branches(SafetensorsFile tensors) {
    return Stream.of("cond", "uncond")
        .filter(branch -> tensors.tensors().containsKey(branch + ".input_ids"))
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> promptsBecomeTheSameEmbeddings() {
    return Goldens.tests(this::checkEmbeds);
  }

  private void checkEmbeds(Case golden) {
    var settings = new ModelSettings(golden.snapshot(), Optional.empty(), Precision.FAST);
    SafetensorsFile tensors = golden.tensors();
    int limit = golden.settings().path("max_sequence_length").asInt(512);
    try (var encoder = PipelineLoader.loadPromptEncoder(settings, runtime)) {
      for (String branch : branches(tensors)) {
        var prompts = golden.texts(branch.equals("cond") ? "prompt" : "negative_prompt");
        float[] expected = tensors.floats(branch + ".prompt_embeds");
        int batch = (int) tensors.tensor(branch + ".prompt_embeds").shape().dim(0);
        int row = expected.length / batch;
        for (int i = 0; i < prompts.size(); i++) {
          var embeds = encoder.encode(prompts.get(i), limit, signal);
          int start = batch / prompts.size() * i * row;
          int end = start + embeds.values().length;
          assertClose(
              embeds.values(),
              Arrays.copyOfRange(expected, start, end),
              golden.tolerance(EMBEDS, HALF));
          // What the batch has beyond this prompt is padding.
          assertClose(
              new float[start + row - end], Arrays.copyOfRange(expected, end, start + row), 1e-9);
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyBlockGivesWhatDiffusersHasThere() {
    return Goldens.tests(PartsGoldenTest::hasBlocks, this::checkBlocks);
  }

  // Of a batch the texts would be padded to one length.
  private static boolean hasBlocks(Case golden) {
    return golden.settings().path("debug").asBoolean()
        && golden.tensors().tensor("init_latents").shape().dim(0) == 1;
  }

  private void checkBlocks(Case golden) {
    double tolerance = golden.tolerance(TOLERANCE, HALF);
    var tensors = golden.tensors();
    var snapshot = QwenImageSnapshot.open(golden.snapshot(), Optional.empty());
    var graphs = (DoubleStreamGraphs) snapshot.transformerGraphs();
    int width = snapshot.transformerConfig().innerDim();
    var grid =
        new QwenEmbedRope.Grid(
            golden.settings().get("height").asInt() / 16,
            golden.settings().get("width").asInt() / 16);
    var rope = new QwenEmbedRope(snapshot.transformerConfig().axesDimsRope(), QwenEmbedRope.THETA);
    float[] embeds = tensors.floats("cond.prompt_embeds");
    int text = embeds.length / snapshot.transformerConfig().jointAttentionDim();

    try (var tables = rope.tables(text, List.of(grid));
        var time = Tensor.of(tensors.floats("timestep_input_first"), 1);
        var latents = Tensor.of(tensors.floats("init_latents"), grid.height() * grid.width(), 64);
        var prompt = Tensor.of(embeds, text, snapshot.transformerConfig().jointAttentionDim())) {
      checkRope(tables, tensors, text);
      float[] h =
          run(
              graphs.imageIn(),
              Map.of("hidden_states", latents),
              "h",
              grid.height() * grid.width(),
              width);
      assertClose(h, tensors.floats("debug.img_in"), tolerance);
      float[] e = run(graphs.textIn(), Map.of("encoder_hidden_states", prompt), "e", text, width);
      assertClose(e, tensors.floats("debug.txt_in"), tolerance);
      List<float[]> modulations = modulations(graphs.modulations(), time, snapshot, width);
      checkModulation(
          modulations.getFirst(), tensors.floats("debug.block0.img_mod"), width, tolerance);
      for (int block = 0; block < snapshot.transformerConfig().numLayers(); block++) {
        try (var image = Tensor.of(h, grid.height() * grid.width(), width);
            var words = Tensor.of(e, text, width);
            var modulation = Tensor.of(modulations.get(block), 12L * width);
            var imageOut = Tensor.zeros(grid.height() * grid.width(), width);
            var wordsOut = Tensor.zeros(text, width)) {
          try (var graph = load(graphs.block(block))) {
            graph.run(
                Map.of(
                    "h",
                    image,
                    "e",
                    words,
                    "cos",
                    tables.cos(),
                    "sin",
                    tables.sin(),
                    "modulation",
                    modulation),
                Map.of("h_out", imageOut, "e_out", wordsOut),
                signal);
          }
          h = imageOut.toArray();
          e = wordsOut.toArray();
        }
        assertClose(h, tensors.floats("debug.block" + block + ".1"), tolerance);
        assertClose(e, tensors.floats("debug.block" + block + ".0"), tolerance);
      }
    }
  }

  private static void checkRope(RotaryTables tables, SafetensorsFile tensors, int text) {
    float[] cos = tables.cos().toArray();
    float[] sin = tables.sin().toArray();
    float[] words = tensors.floats("debug.rope.1");
    float[] image = tensors.floats("debug.rope.0");
    float[] expectedCos = new float[cos.length];
    float[] expectedSin = new float[sin.length];
    for (int i = 0; i < cos.length; i++) {
      int at = 2 * i;
      expectedCos[i] = at < words.length ? words[at] : image[at - words.length];
      expectedSin[i] = at < words.length ? words[at + 1] : image[at - words.length + 1];
    }
    assertThat(words).hasSize(text * 2 * (int) tables.cos().shape().dim(1));
    assertClose(cos, expectedCos, 1e-6);
    assertClose(sin, expectedSin, 1e-6);
  }

  private List<float[]> modulations(
      OnnxModel model, Tensor time, QwenImageSnapshot snapshot, int width) {
    int blocks = snapshot.transformerConfig().numLayers();
    List<Tensor> outputs =
        IntStream.range(0, blocks).mapToObj(i -> Tensor.zeros(1, 12L * width)).toList();
    try (var graph = load(model);
        var out = Tensor.zeros(1, 2L * width)) {
      Map<String, Tensor> named = new HashMap<>(Map.of("modulation_out", out));
      IntStream.range(0, blocks).forEach(i -> named.put("modulation." + i, outputs.get(i)));
      graph.run(Map.of("timestep", time), named, signal);
      return outputs.stream().map(Tensor::toArray).toList();
    } finally {
      outputs.forEach(Tensor::close);
    }
  }

  /// Ours holds 1 + scale where diffusers' layer gives scale.
  private static void checkModulation(float[] both, float[] expected, int width, double tolerance) {
    float[] image = Arrays.copyOf(both, 6 * width);
    for (int scale : new int[] {1, 4}) {
      for (int i = scale * width; i < (scale + 1) * width; i++) {
        image[i] -= 1;
      }
    }
    assertClose(image, expected, tolerance);
  }

  @TestFactory
  Stream<DynamicTest> latentsDecodeToTheSameNumbers() {
    return Stream.of(Convolutions.values())
        .flatMap(convolutions ->
            Goldens.tests(
                golden -> golden.tensors().tensors().containsKey("decoded"),
                golden -> checkDecoder(golden, convolutions)));
  }

  private void checkDecoder(Case golden, Convolutions convolutions) {
    var tensors = golden.tensors();
    var snapshot = QwenImageSnapshot.open(golden.snapshot(), Optional.empty());
    var shape = tensors.tensor("vae_latents").shape();
    float[] latents = tensors.floats("vae_latents");
    float[] decoded = tensors.floats("decoded");
    int batch = (int) shape.dim(0);
    int scale = snapshot.vaeConfig().spatialScale();
    long height = shape.dim(3);
    long width = shape.dim(4);
    for (int image = 0; image < batch; image++) {
      float[] given = part(latents, image, batch);
      try (var graph = load(snapshot.decoderGraph(convolutions));
          var input = Tensor.of(given, 1, shape.dim(1), height, width);
          var output = Tensor.zeros(1, 3, scale * height, scale * width)) {
        graph.run(Map.of("latents", input), Map.of("sample", output), signal);
        float[] sample = output.toArray();
        for (int i = 0; i < sample.length; i++) {
          sample[i] = Math.clamp(sample[i], -1f, 1f);
        }
        assertClose(sample, part(decoded, image, batch), golden.tolerance(TOLERANCE, HALF));
      }
    }
  }

  private static float[] part(float[] all, int image, int batch) {
    int one = all.length / batch;
    return Arrays.copyOfRange(all, image * one, (image + 1) * one);
  }

  private float[] run(
      OnnxModel model, Map<String, Tensor> inputs, String output, long rows, long columns) {
    try (var graph = load(model);
        var result = Tensor.zeros(rows, columns)) {
      graph.run(inputs, Map.of(output, result), signal);
      return result.toArray();
    }
  }

  /// Of which the graphs are written.
  Operators operators() {
    return Operators.ALL;
  }

  private Subgraph load(OnnxModel model) {
    return runtime.load(
        new SessionGraphs(new WeightReader(), operators()).of(model),
        SessionSettings.of(Precision.FAST).convolutions());
  }
}
