package io.inkstream.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// GGUF as the `gguf` package writes it, and every block type's numbers to the bit.
class GgufFileTest {
  private static final Path VALUES = Path.of("src/test/resources/goldens/lora/values");

  private final GgufFile file = GgufFile.open(VALUES.resolve("blocks.gguf"));
  private final SafetensorsFile expected =
      SafetensorsFile.open(VALUES.resolve("blocks.safetensors"));

  @TestFactory
  Stream<DynamicTest> numbersAreThoseOfGgmlToTheBit() {
    var reader = new WeightReader();
    return file.tensors().values().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.name(),
                () -> {
                  assertThat(entry.shape()).isEqualTo(expected.tensor(entry.name()).shape());
                  assertThat(bits(numbers(reader, entry)))
                      .containsExactly(bits(expected.floats(entry.name())));
                }));
  }

  private static float[] numbers(WeightReader reader, TensorEntry entry) {
    float[] numbers = new float[Math.toIntExact(entry.shape().elements())];
    reader.rows(entry, 0, Math.toIntExact(entry.rows()), numbers, 0);
    return numbers;
  }

  private static int[] bits(float[] numbers) {
    int[] bits = new int[numbers.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(numbers[i]);
    }
    return bits;
  }

  @Test
  void allGoldensAreThere() {
    assertThat(file.infos().keySet())
        .containsExactlyInAnyOrderElementsOf(expected.tensors().keySet());
  }

  @Test
  void keysOfEveryTypeAreReadAndArraysPassedOver() {
    assertThat(file.metadata())
        .containsEntry("general.architecture", "qwen_image")
        .containsEntry("general.alignment", "64")
        .containsEntry("a.string", "zwölf")
        .containsEntry("an.array", "")
        .containsEntry("a.bool", "1")
        .containsEntry("u8", "200")
        .containsEntry("i8", "-3")
        .containsEntry("u16", "60000")
        .containsEntry("i16", "-2")
        .containsEntry("u64", "1099511627776")
        .containsEntry("i64", "-5")
        .containsEntry("f64", "0.1");
  }
}
