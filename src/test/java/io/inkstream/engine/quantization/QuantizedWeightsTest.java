package io.inkstream.engine.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.inkstream.engine.model.AdapterSettings;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What `--quantization` makes of a snapshot, on the processor and on a device.
class QuantizedWeightsTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final Path TINY_21 = Path.of("src/test/resources/goldens/qwen21/tiny21");
  private static final Path ADAPTER =
      Path.of("src/test/resources/goldens/lora/lora/style.ab_bare.safetensors");
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a pear").withCanvas(64, 64).withGuidance(3, 2);
  private static final long MOST = 1L << 30;

  @TempDir private Path cache;
  @TempDir private Path models;

  static Stream<Arguments> typesAndPrecisions() {
    return Stream.of(Quantization.values())
        .flatMap(type ->
            Stream.concat(Precision.onProcessor().stream(), Stream.of(EmulatedDevice.PRECISION))
                .map(precision -> arguments(type, precision)));
  }

  @ParameterizedTest
  @MethodSource("typesAndPrecisions")
  void everyTypeDrawsNearlyThePictureOfTheSnapshotWhereverItRuns(
      Quantization type, Precision precision) {
    byte[] wide = draw(TINY, Precision.FAST, Optional.empty());

    byte[] narrow = draw(TINY, precision, Optional.of(settings(type)));

    assertThat(Likeness.psnr(wide, narrow))
        .isGreaterThan(type == Quantization.INT4 ? 18 : 28)
        .isLessThan(80);
  }

  @ParameterizedTest
  @MethodSource("typesAndPrecisions")
  void everyTypeDrawsNearlyThePictureOfQwenImage21WhereverItRuns(
      Quantization type, Precision precision) {
    byte[] wide = draw(TINY_21, Precision.FAST, Optional.empty());

    byte[] narrow = draw(TINY_21, precision, Optional.of(settings(type)));

    assertThat(Likeness.psnr(wide, narrow))
        .isGreaterThan(
            switch (type) {
              case INT4 -> 18;
              case INT8 -> 28;
              case FP8 -> precision == EmulatedDevice.PRECISION ? 25 : 28; // both factors are small
            })
        .isLessThan(80);
  }

  @ParameterizedTest
  @EnumSource
  void theFileIsMadeOnceAndTakenTheNextTime(Quantization type) throws IOException {
    Path file = make(TINY, type);
    FileTime made = Files.getLastModifiedTime(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));

    assertThat(make(TINY, type)).isEqualTo(file);

    assertThat(Files.getLastModifiedTime(file)).isNotEqualTo(made);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    assertThat(files()).containsExactly(file);
  }

  @Test
  void aFileThatWasCutOrHasAWrongByteAnywhereIsMadeAnew() throws IOException {
    Path file = make(TINY, Quantization.INT8);
    byte[] whole = Files.readAllBytes(file);
    for (long at : new long[] {0, 12, 200, whole.length / 2, whole.length - 1}) {
      flip(file, at);
      assertThat(Files.readAllBytes(make(TINY, Quantization.INT8))).isEqualTo(whole);
    }
    try (var cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(whole.length - 7);
    }
    assertThat(Files.readAllBytes(make(TINY, Quantization.INT8))).isEqualTo(whole);
  }

  @Test
  void otherWeightsAreAnotherFile() throws IOException {
    Path model = copy();
    Path before = make(model, Quantization.INT8);
    Path weights = weights(model);
    flip(weights, Files.size(weights) - 3);

    assertThat(make(model, Quantization.INT8)).isNotEqualTo(before);
  }

  @Test
  void aWeightThatIsNoNumberIsRefusedByItsName() throws IOException {
    Path model = copy();
    Path weights = weights(model);
    var entry =
        SafetensorsFile.open(weights).tensors().values().stream()
            .filter(tensor -> tensor.name().endsWith("img_mlp.net.2.weight"))
            .findFirst()
            .orElseThrow();
    try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.seek(entry.offset());
      file.write(new byte[] {-1, -1, -1, -1});
    }

    assertThatThrownBy(() -> make(model, Quantization.INT4))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining(entry.name())
        .hasMessageContaining("is NaN, must be a finite number");
    assertThat(files()).isEmpty();
  }

  @Test
  void theLeastRecentlyUsedGoWhenThereIsNoRoom() throws IOException {
    Path int8 = make(TINY, Quantization.INT8);
    Path fp8 = make(TINY, Quantization.FP8);
    age(fp8, 100);
    age(int8, 50);
    Path left = Files.createFile(cache.resolve("other.safetensors.999999999"));

    Path int4 = make(TINY, Quantization.INT4, Files.size(int8) * 2);

    assertThat(files()).containsExactlyInAnyOrder(int8, int4);
    assertThat(left).doesNotExist();
  }

  @Test
  void adaptersActBesideQuantizedWeights() {
    var start = new AdapterSettings.Start("one", ADAPTER.toString(), 1);
    var adapters = new AdapterSettings(List.of(start), List.of(), false);
    byte[] wide = draw(TINY, adapters, Optional.empty(), List.of(AdapterChoice.named("one", 1)));
    for (Quantization type : Quantization.values()) {
      var stored = Optional.of(settings(type));
      byte[] without = draw(TINY, adapters, stored, List.of());
      byte[] with = draw(TINY, adapters, stored, List.of(AdapterChoice.named("one", 1)));

      assertThat(Likeness.psnr(wide, with)).isGreaterThan(Likeness.psnr(wide, without));
      assertThat(Likeness.psnr(without, draw(TINY, Precision.FAST, stored))).isGreaterThan(45);
    }
  }

  private QuantizationSettings settings(Quantization type) {
    return new QuantizationSettings(type, cache, MOST);
  }

  private Path make(Path model, Quantization type) {
    return make(model, type, MOST);
  }

  private Path make(Path model, Quantization type, long most) {
    var snapshot = QwenImageSnapshot.open(model, Optional.empty());
    return QuantizedWeights.of(snapshot, new QuantizationSettings(type, cache, most))
        .transformer()
        .tensor("transformer_blocks.0.img_mlp.net.2.weight")
        .file();
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(cache)) {
      return files.filter(file -> !file.toString().endsWith(".used")).toList();
    }
  }

  private static void age(Path file, int seconds) throws IOException {
    Path used = file.resolveSibling(file.getFileName() + ".used");
    Files.setLastModifiedTime(used, FileTime.from(Instant.now().minusSeconds(seconds)));
  }

  private static void flip(Path file, long at) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int value = bytes.read();
      bytes.seek(at);
      bytes.write(value ^ 1);
    }
  }

  private Path copy() throws IOException {
    try (var files = Files.walk(TINY)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = models.resolve(TINY.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return models;
  }

  private static Path weights(Path model) throws IOException {
    try (var files = Files.list(model.resolve("transformer"))) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private static byte[] draw(
      Path model, Precision precision, Optional<QuantizationSettings> stored) {
    var settings =
        new ModelSettings(
            ModelFiles.of(model), precision, Optional.empty(), AdapterSettings.NONE, stored);
    boolean device = precision == EmulatedDevice.PRECISION;
    var runtime = device ? EmulatedDevice.runtime() : OnnxRuntime.start(RuntimeSettings.defaults());
    return draw(settings, runtime, List.of());
  }

  private static byte[] draw(
      Path model,
      AdapterSettings adapters,
      Optional<QuantizationSettings> stored,
      List<AdapterChoice> choice) {
    var settings =
        new ModelSettings(ModelFiles.of(model), Precision.FAST, Optional.empty(), adapters, stored);
    return draw(settings, OnnxRuntime.start(RuntimeSettings.defaults()), choice);
  }

  private static byte[] draw(
      ModelSettings settings, OnnxRuntime runtime, List<AdapterChoice> choice) {
    try (var pipeline = PipelineLoader.load(settings, runtime)) {
      var request = settings.adapters().adaptable() ? REQUEST.withAdapters(choice) : REQUEST;
      return pipeline
          .generate(request, event -> {}, new CancellationSignal())
          .getFirst()
          .pixels()
          .rgb();
    }
  }
}
