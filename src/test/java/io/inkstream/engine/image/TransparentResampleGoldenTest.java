package io.inkstream.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.StoredPictures;
import io.inkstream.engine.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pictures with transparency in other sizes and on white against Pillow 11.3: every byte.
class TransparentResampleGoldenTest {
  private final SafetensorsFile goldens =
      SafetensorsFile.open(Path.of("src/test/resources/goldens/resample/alpha.safetensors"));

  static IntStream cases() {
    return IntStream.range(0, 5);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lanczosIsPillows(int number) {
    Pixels expected = pixels(number + ".lanczos");
    Pixels input = pixels(number + ".input");

    assertThat(Resample.lanczos(input, expected.width(), expected.height())).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onWhiteIsPillows(int number) {
    Pixels input = pixels(number + ".input");

    assertThat(input.onWhite()).isEqualTo(pixels(number + ".white"));
  }

  private Pixels pixels(String name) {
    return StoredPictures.pixels(goldens, name);
  }
}
