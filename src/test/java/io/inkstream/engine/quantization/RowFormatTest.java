package io.inkstream.engine.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is written can be read again, as near as so many bits allow.
class RowFormatTest {
  private static final int OUT = 5;
  private static final int IN = 64;

  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({"int8, 0.010", "fp8, 0.03", "blocks8, 0.006", "blocks4, 0.085"})
  void rowsComeBackWithTheErrorOfTheirBits(String name, double most) throws IOException {
    RowFormat format = format(name);
    float[] values = new float[OUT * IN];
    var random = new Random(7);
    for (int i = IN; i < values.length; i++) { // the first row stays zero
      values[i] = (float) random.nextGaussian() * (i / IN);
    }

    float[] read = read(format, values);

    double off = 0;
    double size = 0;
    for (int i = 0; i < values.length; i++) {
      off += Math.pow(read[i] - values[i], 2);
      size += values[i] * values[i];
    }
    assertThat(Math.sqrt(off / size)).isLessThan(most).isGreaterThan(most / 3);
    for (int i = 0; i < IN; i++) {
      assertThat(read[i]).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"int8", "fp8", "blocks8", "blocks4"})
  void whatHasSoFewBitsAlreadyIsKeptExactly(String name) throws IOException {
    RowFormat format = format(name);
    float[] values = new float[OUT * IN];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 8) * 0.25f - (i % 2 == 0 ? 0 : 2);
    }
    for (int row = 0; row < OUT; row++) {
      float largest = name.equals("int8") ? 127 * 0.25f : name.equals("fp8") ? 448 : -2;
      values[row * IN] = largest;
      values[row * IN + 32] = largest;
    }

    assertThat(read(format, read(format, values))).isEqualTo(read(format, values));
  }

  private static RowFormat format(String name) {
    return switch (name) {
      case "int8" -> new RowFormat.Scaled(DType.I8);
      case "fp8" -> new RowFormat.Scaled(DType.F8_E4M3);
      case "blocks8" -> new RowFormat.Blocks(8, 32);
      default -> new RowFormat.Blocks(4, 32);
    };
  }

  private float[] read(RowFormat format, float[] values) throws IOException {
    var numbers = ByteBuffer.allocate(OUT * IN).order(ByteOrder.LITTLE_ENDIAN);
    var scales = ByteBuffer.allocate(OUT * IN).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < OUT; row++) {
      format.write(values, row * IN, (row + 1) * IN, numbers, scales);
    }
    Path numberFile = Files.write(temp.resolve("numbers"), bytes(numbers));
    Path scaleFile = Files.write(temp.resolve("scales"), bytes(scales));
    var scale =
        new TensorEntry(
            "scale", DType.F32, format.scales(OUT, IN), scaleFile, 0, Files.size(scaleFile));
    var entry =
        new TensorEntry(
            "weight",
            format.encoding(scale),
            new Shape(OUT, IN),
            numberFile,
            0,
            Files.size(numberFile));
    float[] read = new float[OUT * IN];
    new WeightReader().rows(entry, 0, 2, read, 0);
    new WeightReader().rows(entry, 2, OUT - 2, read, 2 * IN);
    return read;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
