package io.inkstream.engine.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.model.AdapterSettings;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.BlockType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `--quantization` over GGUF files.
class QuantizedCheckpointTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final Path FILES = GOLDENS.resolve("checkpoints/files");
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a pear").withCanvas(64, 64).withGuidance(3, 2);

  @TempDir private Path cache;

  @ParameterizedTest
  @CsvSource({
    "q8_0, INT8, 28",
    "q8_0, FP8, 28",
    "q8_0, INT4, 18",
    "q4_0, INT8, 28",
    "q4_0, INT4, 28"
  })
  void everyTypeDrawsNearlyThePictureOfTheFile(String file, Quantization type, double least) {
    var files = transformer(file);

    byte[] wide = draw(files, Optional.empty());
    byte[] narrow = draw(files, Optional.of(settings(type)));

    assertThat(Likeness.psnr(wide, narrow)).isGreaterThan(least).isLessThan(100);
  }

  @Test
  void whatAFileHasInBlocksOfFourBitsIsTakenAsItIs() {
    var snapshot = QwenImageSnapshot.open(transformer("q4_0"));
    var quantized = QuantizedWeights.of(snapshot, settings(Quantization.INT4));

    assertThat(compared(BlockType.Q4_0, snapshot.transformer(), quantized.transformer()))
        .isGreaterThan(10);
  }

  @Test
  void whatATextEncoderHasInBlocksOfEightBitsIsTakenAsItIs() {
    var file = GOLDENS.resolve("text_encoders/files/text_encoder_q8_0.gguf");
    var snapshot =
        QwenImageSnapshot.open(
            new ModelFiles(GOLDENS.resolve("tiny"), Map.of(Part.TEXT_ENCODER, file)));
    var quantized = QuantizedWeights.of(snapshot, settings(Quantization.INT8));

    assertThat(compared(BlockType.Q8_0, snapshot.textEncoder(), quantized.textEncoder()))
        .isGreaterThan(10);
  }

  /// How many weights of that type have become a kernel's blocks, all of whose numbers are those of
  /// the file.
  private static long compared(BlockType type, Component source, Component quantized) {
    return quantized.tensors().values().stream()
        .filter(entry -> entry.encoding() instanceof Encoding.KernelBlocks)
        .filter(entry -> source.tensor(entry.name()).encoding().equals(new Encoding.Blocks(type)))
        .peek(entry -> assertThat(numbers(entry)).isEqualTo(numbers(source.tensor(entry.name()))))
        .count();
  }

  private static float[] numbers(TensorEntry entry) {
    float[] numbers = new float[(int) entry.shape().elements()];
    new WeightReader().all(entry, numbers, 0);
    return numbers;
  }

  private static ModelFiles transformer(String file) {
    return new ModelFiles(
        GOLDENS.resolve("small"), Map.of(Part.TRANSFORMER, FILES.resolve(file + ".gguf")));
  }

  private QuantizationSettings settings(Quantization type) {
    return new QuantizationSettings(type, cache, 1L << 30);
  }

  private static byte[] draw(ModelFiles files, Optional<QuantizationSettings> stored) {
    var settings =
        new ModelSettings(files, Precision.FAST, Optional.empty(), AdapterSettings.NONE, stored);
    try (var pipeline =
        PipelineLoader.load(settings, OnnxRuntime.start(RuntimeSettings.defaults()))) {
      return pipeline
          .generate(REQUEST, event -> {}, new CancellationSignal())
          .getFirst()
          .pixels()
          .rgb();
    }
  }
}
