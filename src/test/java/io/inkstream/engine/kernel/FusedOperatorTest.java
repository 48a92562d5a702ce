package io.inkstream.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FusedOperatorTest {
  private static final Path SOURCES = Path.of("src/main/cuda");
  private static final Path FOLDER = Path.of("src/main/resources/io/inkstream/engine/kernel");

  @ParameterizedTest
  @CsvSource({"fused.ptx, fused.cu", "fused_float8.ptx, fused.cu", "pull.ptx, pull.cu"})
  void ptxIsMadeOfItsSource(String file, String source)
      throws IOException, NoSuchAlgorithmException {
    byte[] content = Files.readAllBytes(SOURCES.resolve(source));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);

    assertThat(Files.readAllLines(FOLDER.resolve(file)).getFirst())
        .as("first line; perf/cuda/compile_kernels.py makes it anew")
        .endsWith("SHA-256 " + HexFormat.of().formatHex(digest));
  }

  @ParameterizedTest
  @EnumSource
  void everyOperatorHasAKernelOfAsManyParameters(FusedOperator operator) throws IOException {
    String file = operator.makesFloat8() ? "fused_float8.ptx" : "fused.ptx";
    String ptx = Files.readString(FOLDER.resolve(file), StandardCharsets.US_ASCII);
    var entry =
        Pattern.compile("\\.entry " + operator.function() + "\\(([^)]*)\\)", Pattern.DOTALL)
            .matcher(ptx);

    assertThat(entry.find()).isTrue();
    String parameters = entry.group(1);
    assertThat(parameters.split("\\.u64", -1).length - 1)
        .as("addresses")
        .isEqualTo(operator.inputs().size() + operator.outputs().size());
    assertThat(parameters.split("\\.u32", -1).length - 1).as("numbers").isEqualTo(4);
  }

  @Test
  void aStreamWithoutRowsLeavesTheOthersAndWithoutBothThereIsNothing() {
    var alone = FusedOperator.BIAS_GELU.of(rows(10, 0));

    assertThat(alone.isOfNothing()).isFalse();
    assertThat(alone.size().rows()).as("CUDA blocks").isEqualTo(10);
    assertThat(FusedOperator.BIAS_GELU.of(rows(0, 3)).isOfNothing()).isFalse();
    assertThat(FusedOperator.BIAS_GELU.of(rows(0, 0)).isOfNothing()).isTrue();
  }

  private static List<long[]> rows(long image, long text) {
    return List.of(new long[] {image, 32}, new long[] {text, 32});
  }

  @ParameterizedTest
  @EnumSource
  void aProductOfNoRowsIsNothing(LinearOperator operator) {
    long[] weight = {16, 32};

    assertThat(operator.of(List.of(new long[] {9, 32}, weight, new long[] {0, 32})).isOfNothing())
        .isTrue();
    assertThat(operator.of(List.of(new long[] {9, 32}, weight, new long[] {9, 32})).isOfNothing())
        .isFalse();
  }

  @Test
  void jointStreamsHaveTheRowsOfBoth() {
    var size =
        FusedOperator.HEAD_NORM_ROPE.geometry(
            List.of(new long[] {10, 96}, new long[] {3, 96}, new long[] {8}, new long[] {13, 4}));

    assertThat(size).isEqualTo(new Geometry(10, 3, 32, 8));
    assertThat(FusedOperator.HEAD_NORM_ROPE.outputShape(1, size)).containsExactly(1, 13, 32);
    assertThat(FusedOperator.GATED_ADA_LAYER_NORM.outputShape(3, size)).containsExactly(3, 32);
  }

  @Test
  void streamsOfDifferentWidthsAreRefusedByName() {
    var shapes = List.of(new long[] {10, 96}, new long[] {3, 64});

    assertThatThrownBy(() -> FusedOperator.BIAS_GELU.geometry(shapes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("BiasGelu has streams of [10, 96] and [3, 64], must be rows of one width");
  }

  @Test
  void rowsOfEightBitsHaveAScaleEach() {
    var size =
        FusedOperator.BIAS_GELU_FLOAT8.geometry(List.of(new long[] {10, 96}, new long[] {3, 96}));

    assertThat(FusedOperator.BIAS_GELU_FLOAT8.outputShape(1, size)).containsExactly(3, 96);
    assertThat(FusedOperator.BIAS_GELU_FLOAT8.outputShape(2, size)).containsExactly(10, 1);
  }

  @ParameterizedTest
  @CsvSource({"3072, true", "384, true", "4096, true", "4112, false", "3080, false"})
  void cudaMakesEightBitsOfRowsThatItsThreadsHold(long width, boolean fits) {
    assertThat(FusedOperator.fitFloat8(width)).isEqualTo(fits);
  }

  @ParameterizedTest
  @CsvSource({
    "3072, 128, true",
    "384, 64, true",
    "3072, 256, true",
    "3072, 512, false",
    "3072, 96, false",
    "3076, 128, false",
    "32768, 128, false"
  })
  void cudaTakesWholeEightsAndHeadsWithinAWarp(long width, long head, boolean fits) {
    assertThat(FusedOperator.fitCuda(width, head)).isEqualTo(fits);
  }
}
