package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.BFloat16;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Half-precision files draw exactly what a float32 file of the same numbers draws.
class WeightTypesTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @TempDir private Path temp;

  static Stream<Arguments> typesAndPrecisions() {
    return Stream.of(DType.BF16, DType.F16)
        .flatMap(
            half -> Precision.onProcessor().stream().map(precision -> arguments(half, precision)));
  }

  @ParameterizedTest
  @MethodSource("typesAndPrecisions")
  void widensWeightsExactly(DType half, Precision precision) throws IOException {
    // Given
    Path halves = rewrite(temp.resolve("half"), half, half);
    Path wide = rewrite(temp.resolve("wide"), half, DType.F32);

    // Then
    assertThat(draw(halves, precision)).isEqualTo(draw(wide, precision));
  }

  private static byte[] draw(Path snapshot, Precision precision) {
    var settings = new ModelSettings(snapshot, Optional.empty(), precision);
    var request =
        GenerationRequest.of("a cat").withCanvas(64, 64).withSteps(3).withDraws(Draws.of(1));
    try (var pipeline =
        PipelineLoader.load(settings, OnnxRuntime.start(RuntimeSettings.defaults()))) {
      return pipeline
          .generate(request, event -> {}, new CancellationSignal())
          .getFirst()
          .pixels()
          .rgb();
    }
  }

  /// A copy of the snapshot whose weights are rounded to `rounded` and stored as `stored`.
  private static Path rewrite(Path target, DType rounded, DType stored) throws IOException {
    try (var files = Files.walk(TINY)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(TINY.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        if (file.toString().endsWith(".safetensors")) {
          Files.write(copy, convert(SafetensorsFile.open(file), rounded, stored));
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return target;
  }

  private static byte[] convert(SafetensorsFile source, DType rounded, DType stored) {
    var header = new StringBuilder("{");
    int end = 0;
    for (var entry : source.tensors().values()) {
      int start = end;
      end += (int) entry.shape().elements() * stored.bytes();
      header
          .append(header.length() > 1 ? "," : "")
          .append(
              "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(
                      entry.name(), stored, Arrays.toString(entry.shape().dims()), start, end));
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(8 + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (String name : source.tensors().keySet()) {
      for (float value : source.floats(name)) {
        put(bytes, value, rounded, stored);
      }
    }
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, float value, DType rounded, DType stored) {
    short half = rounded == DType.BF16 ? BFloat16.fromFloat(value) : Float.floatToFloat16(value);
    if (stored != DType.F32) {
      bytes.putShort(half);
    } else {
      bytes.putFloat(rounded == DType.BF16 ? BFloat16.toFloat(half) : Float.float16ToFloat(half));
    }
  }
}
