package io.inkstream.engine.model;

import static io.inkstream.Floats.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.SafetensorsBuilder;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.SampleAdapter;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An adapter beside the weights of every linear layer of Qwen-Image-2.1 draws what weights draw to
/// which it was added in float32: in the modulations, at both ends, in the blocks, and in the
/// text's prefix, which runs the same layers in a graph of its own.
class QwenImage21AdaptersTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/qwen21/tiny21");
  private static final String MLP = "transformer_blocks.1.img_mlp.";
  private static final int RANK = 3;
  private static final double SCALE = 0.8;
  private static final double LATENTS = 1e-3;
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a pear").withCanvas(64, 96).withGuidance(3, 1);

  @TempDir private Path folder;
  private Path adapter;

  @BeforeEach
  void adapter() {
    adapter = SampleAdapter.write(folder.resolve("one.safetensors"), TINY, RANK, 1);
  }

  private enum Stored {
    FAST(Precision.FAST),
    LOW_MEMORY(Precision.LOW_MEMORY),
    ON_DEVICE(EmulatedDevice.PRECISION);

    private final Precision precision;

    Stored(Precision precision) {
      this.precision = precision;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAdapterDrawsWhatSummedWeightsDraw(Stored stored) throws IOException {
    // Given
    float[] without;
    float[] beside;
    float[] after;
    var settings = new AdapterSettings(List.of(), List.of(folder), false);

    // When
    try (var pipeline = load(ModelFiles.of(TINY), stored.precision, settings)) {
      without = latents(pipeline, List.of());
      beside = latents(pipeline, List.of(AdapterChoice.at("one.safetensors", SCALE)));
      after = latents(pipeline, List.of());
    }
    float[] summed;
    try (var pipeline = load(summed(), stored.precision, AdapterSettings.NONE)) {
      summed = latents(pipeline, List.of());
    }

    // Then
    assertThat(largestDifference(beside, summed)).isLessThan(LATENTS);
    assertThat(largestDifference(beside, without)).isGreaterThan(100 * LATENTS);
    assertThat(after).isEqualTo(without);
  }

  /// The pictures of a prefix run the same layers, in graphs of their own, and so does text behind
  /// them.
  @ParameterizedTest
  @EnumSource
  void anAdapterActsInEditsToo(Stored stored) throws IOException {
    // Given
    byte[] rgb = new byte[3 * 64 * 64];
    new Random(4).nextBytes(rgb);
    var picture = InputPicture.of(new Pixels(64, 64, rgb));
    var request = REQUEST.withInputs(InputPictures.of(List.of(picture)).withSetSize(false));
    var choice = List.of(AdapterChoice.at("one.safetensors", SCALE));
    var settings = new AdapterSettings(List.of(), List.of(folder), false);

    // When
    float[] beside;
    float[] without;
    try (var pipeline = load(ModelFiles.of(TINY), stored.precision, settings)) {
      beside = latents(pipeline, request.withAdapters(choice));
      without = latents(pipeline, request);
    }
    float[] summed;
    try (var pipeline = load(summed(), stored.precision, AdapterSettings.NONE)) {
      summed = latents(pipeline, request);
    }

    // Then
    assertThat(largestDifference(beside, summed)).isLessThan(LATENTS);
    assertThat(largestDifference(beside, without)).isGreaterThan(100 * LATENTS);
  }

  /// As trainers of ComfyUI's files write it, which have the MLP's two first layers as one.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "diffusion_model.transformer_blocks.1.img_mlp.gate_up.",
        "lora_unet_transformer_blocks_1_img_mlp_gate_up."
      })
  void anAdapterOfFusedLayersActsOnBoth(String module) {
    // Given
    var file = SafetensorsFile.open(adapter);
    float[] down = file.floats(MLP + "proj.lora_A.weight");
    float[] gate = file.floats(MLP + "gate_layer.lora_B.weight");
    float[] up = file.floats(MLP + "proj.lora_B.weight");
    float[] both = Arrays.copyOf(gate, gate.length + up.length);
    System.arraycopy(up, 0, both, gate.length, up.length);
    int in = down.length / RANK;
    int out = up.length / RANK;
    var fused = SafetensorsBuilder.file();
    add(fused, module + "lora_down.weight", down, RANK, in);
    add(fused, module + "lora_up.weight", both, 2 * out, RANK);
    fused.floats(module + "alpha", 1.5f).writeTo(folder.resolve("fused.safetensors"));
    var apart = SafetensorsBuilder.file();
    for (var layer : Map.of(MLP + "gate_layer.", gate, MLP + "proj.", up).entrySet()) {
      add(apart, layer.getKey() + "lora_down.weight", down, RANK, in);
      add(apart, layer.getKey() + "lora_up.weight", layer.getValue(), out, RANK);
      apart.floats(layer.getKey() + "alpha", 1.5f);
    }
    apart.writeTo(folder.resolve("apart.safetensors"));

    // Then
    var settings = new AdapterSettings(List.of(), List.of(folder), false);
    try (var pipeline = load(ModelFiles.of(TINY), Precision.FAST, settings)) {
      float[] drawn = latents(pipeline, List.of(AdapterChoice.at("fused.safetensors", SCALE)));
      assertThat(drawn)
          .isEqualTo(latents(pipeline, List.of(AdapterChoice.at("apart.safetensors", SCALE))));
      assertThat(largestDifference(drawn, latents(pipeline, List.of()))).isGreaterThan(LATENTS);
    }
  }

  private static void add(
      SafetensorsBuilder file, String name, float[] values, long rows, long columns) {
    file.tensor(name, DType.F32, SafetensorsBuilder.littleEndian(values), rows, columns);
  }

  @Test
  void anAdapterIsMergedIntoTheWeights() throws IOException {
    var start = List.of(new AdapterSettings.Start("one", adapter.toString(), SCALE));
    float[] beside;
    try (var pipeline =
        load(ModelFiles.of(TINY), Precision.FAST, new AdapterSettings(start, List.of(), false))) {
      beside = latents(pipeline, pipeline.adapters().active());
    }
    ModelFiles files = summed(); // float32, so that the sum of the two is not rounded
    var minus = List.of(new AdapterSettings.Start("one", adapter.toString(), -SCALE));
    try (var pipeline = load(files, Precision.FAST, new AdapterSettings(minus, List.of(), true));
        var plain = load(ModelFiles.of(TINY), Precision.FAST, AdapterSettings.NONE)) {
      float[] undone = latents(pipeline, pipeline.adapters().active());
      assertThat(largestDifference(undone, latents(plain, List.of()))).isLessThan(LATENTS);
      assertThat(largestDifference(undone, beside)).isGreaterThan(100 * LATENTS);
    } finally {
      Path made = mergedFile(files, minus);
      Files.delete(made);
      Files.delete(made.resolveSibling(made.getFileName() + ".used"));
    }
  }

  /// In the user's cache folder, where a second start would find it.
  private static Path mergedFile(ModelFiles files, List<AdapterSettings.Start> start) {
    var snapshot = QwenImageSnapshot.open(files);
    var settings = new AdapterSettings(start, List.of(), true);
    return MergedWeights.file(snapshot, AdapterFiles.of(snapshot, settings).atStart(settings));
  }

  private static DiffusionPipeline load(
      ModelFiles files, Precision precision, AdapterSettings adapters) {
    var settings =
        new ModelSettings(files, precision, Optional.empty(), adapters, Optional.empty());
    boolean device = precision instanceof Precision.OnDevice;
    var runtime = device ? EmulatedDevice.runtime() : OnnxRuntime.start(RuntimeSettings.defaults());
    return PipelineLoader.load(settings, Runtimes.of(runtime), new Areas(256 * 256, 256 * 256));
  }

  private static float[] latents(DiffusionPipeline pipeline, List<AdapterChoice> adapters) {
    return latents(pipeline, REQUEST.withAdapters(adapters));
  }

  private static float[] latents(DiffusionPipeline pipeline, GenerationRequest request) {
    float[][] last = new float[1][];
    pipeline.generate(
        request,
        event -> {
          if (event instanceof StepMade step) {
            last[0] = step.latents().getFirst().clone();
          }
        },
        new CancellationSignal());
    return last[0];
  }

  /// The snapshot with a transformer in float32 to whose weights the adapter was added.
  private ModelFiles summed() throws IOException {
    Path transformer = Files.createDirectory(folder.resolve("transformer"));
    Files.copy(TINY.resolve("transformer/config.json"), transformer.resolve("config.json"));
    var factors = SafetensorsFile.open(adapter);
    var file = SafetensorsBuilder.file();
    for (TensorEntry entry : Component.open(TINY.resolve("transformer")).tensors().values()) {
      float[] weight = new float[Math.toIntExact(entry.shape().elements())];
      new WeightReader().rows(entry, 0, (int) entry.rows(), weight, 0);
      String module = entry.name().replaceFirst("\\.weight$", "");
      if (factors.tensors().containsKey(module + ".lora_A.weight")) {
        add(weight, factors, module, (int) entry.rows());
      }
      long[] dims = entry.shape().dims();
      file.tensor(entry.name(), DType.F32, SafetensorsBuilder.littleEndian(weight), dims);
    }
    file.writeTo(transformer.resolve("diffusion_pytorch_model.safetensors"));
    return new ModelFiles(TINY, Map.of(Part.TRANSFORMER, transformer));
  }

  private static void add(float[] weight, SafetensorsFile factors, String module, int rows) {
    float[] down = factors.floats(module + ".lora_A.weight");
    float[] up = factors.floats(module + ".lora_B.weight");
    int in = weight.length / rows;
    for (int at = 0; at < weight.length; at++) {
      double sum = 0;
      for (int k = 0; k < RANK; k++) {
        sum += (double) up[at / in * RANK + k] * down[k * in + at % in];
      }
      weight[at] += (float) (SCALE * sum);
    }
  }
}
