package io.inkstream.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pictures in other sizes against Pillow 11.3 and torchvision: every byte, larger and smaller,
/// along both axes and along one, with hard edges.
class ResampleGoldenTest {
  private final SafetensorsFile goldens =
      SafetensorsFile.open(Path.of("src/test/resources/goldens/resample/resample.safetensors"));

  static IntStream cases() {
    return IntStream.range(0, 6);
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
  void lanczosOfGreyIsPillows(int number) {
    String name = number + ".lanczos_grey";
    var shape = goldens.tensor(name).shape();
    var expected = new Plane((int) shape.dim(1), (int) shape.dim(0), bytes(name));
    Pixels input = pixels(number + ".input");
    byte[] red = new byte[input.width() * input.height()];
    for (int i = 0; i < red.length; i++) {
      red[i] = input.rgb()[3 * i];
    }
    var grey = new Plane(input.width(), input.height(), red);
    assertThat(Resample.lanczos(grey, expected.width(), expected.height())).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bicubicIsTorchvisions(int number) {
    Pixels expected = pixels(number + ".bicubic");
    Pixels input = pixels(number + ".input");
    assertThat(Resample.bicubic(input, expected.width(), expected.height())).isEqualTo(expected);
  }

  private Pixels pixels(String name) {
    var shape = goldens.tensor(name).shape();
    return new Pixels((int) shape.dim(1), (int) shape.dim(0), bytes(name));
  }

  private byte[] bytes(String name) {
    int[] values = goldens.ints(name);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
