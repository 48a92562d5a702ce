package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  @TempDir Path dir;
  private Path path;

  @BeforeEach
  void nameTheFile() {
    path = dir.resolve("some.safetensors");
  }

  @Test
  void entriesKeepTheHeadersOrderAndAbsoluteOffsets() throws IOException {
    // Given
    byte[] bytes =
        SafetensorsBuilder.file()
            .metadata("format", "pt")
            .entry("late", "F32", "[2,1]", "[4,12]")
            .entry("early", "U8", "[4]", "[0,4]")
            .entry("none", "F16", "[0,7]", "[12,12]")
            .data(12)
            .bytes();
    SafetensorsBuilder.write(path, bytes);
    // When
    SafetensorsFile file = SafetensorsFile.open(path);
    // Then
    long start = bytes.length - 12;
    assertThat(file.tensors().keySet()).containsExactly("late", "early", "none");
    assertThat(file.tensor("late"))
        .isEqualTo(
            new TensorEntry("late", DType.F32, new Shape(2, 1), path.toRealPath(), start + 4, 8));
    assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
    assertThatThrownBy(() -> file.tensors().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aScalarAndAPaddedHeaderAreRight() {
    SafetensorsBuilder.write(
        path,
        SafetensorsBuilder.withHeader(
            "{\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}     ",
            SafetensorsBuilder.littleEndian(2.5f)));
    assertThat(SafetensorsFile.open(path).floats("s")).containsExactly(2.5f);
  }

  @Test
  void aFileWithoutTensorsIsRight() {
    SafetensorsBuilder.write(path, SafetensorsBuilder.withHeader("{}"));
    assertThat(SafetensorsFile.open(path).tensors()).isEmpty();
  }

  @Test
  void everyFloatingTypeWidensToFloat() {
    // Given
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(-0.1f).putDouble(1e-3).putShort((short) 0x3E00).putShort((short) 0xC020);
    String header =
        """
        {"f32":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
         "f64":{"dtype":"F64","shape":[1],"data_offsets":[4,12]},
         "f16":{"dtype":"F16","shape":[1],"data_offsets":[12,14]},
         "bf16":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]}}\
        """;
    SafetensorsBuilder.write(path, SafetensorsBuilder.withHeader(header, bytes.array()));
    SafetensorsFile file = SafetensorsFile.open(path);
    // Then
    assertThat(file.floats("f32")).containsExactly(-0.1f);
    assertThat(file.floats("f64")).containsExactly((float) 1e-3);
    assertThat(file.floats("f16")).containsExactly(1.5f);
    assertThat(file.floats("bf16")).containsExactly(-2.5f);
  }

  @Test
  void everyIntegerTypeBecomesInts() {
    // Given
    ByteBuffer bytes = ByteBuffer.allocate(17).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(-7).putLong(1L << 20).putShort((short) -3).put((byte) -2).put((byte) 200);
    bytes.put((byte) 1);
    String header =
        """
        {"i32":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},
         "i64":{"dtype":"I64","shape":[1],"data_offsets":[4,12]},
         "i16":{"dtype":"I16","shape":[1],"data_offsets":[12,14]},
         "i8":{"dtype":"I8","shape":[1],"data_offsets":[14,15]},
         "u8":{"dtype":"U8","shape":[1],"data_offsets":[15,16]},
         "bool":{"dtype":"BOOL","shape":[1],"data_offsets":[16,17]}}\
        """;
    SafetensorsBuilder.write(path, SafetensorsBuilder.withHeader(header, bytes.array()));
    SafetensorsFile file = SafetensorsFile.open(path);
    // Then
    assertThat(file.ints("i32")).containsExactly(-7);
    assertThat(file.ints("i64")).containsExactly(1 << 20);
    assertThat(file.ints("i16")).containsExactly(-3);
    assertThat(file.ints("i8")).containsExactly(-2);
    assertThat(file.ints("u8")).containsExactly(200);
    assertThat(file.ints("bool")).containsExactly(1);
  }

  @Test
  void tensorsLongerThanOneChunkAreReadWhole() {
    // Given
    float[] values = new float[50_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    SafetensorsBuilder.file().floats("a", 9).floats("b", values).writeTo(path);
    // Then
    assertThat(SafetensorsFile.open(path).floats("b")).isEqualTo(values);
  }

  @Test
  void missingTensorNamesFileAndTensor() {
    SafetensorsBuilder.file().floats("a", 1).writeTo(path);
    SafetensorsFile file = SafetensorsFile.open(path);
    assertThatThrownBy(() -> file.tensor("b"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll("some.safetensors", "'b'", "1 tensors");
  }

  @Test
  void readingAsTheWrongKindNamesTheTypes() {
    SafetensorsBuilder.file().floats("a", 1).tensor("n", DType.U8, new byte[1], 1).writeTo(path);
    SafetensorsFile file = SafetensorsFile.open(path);
    assertThatThrownBy(() -> file.ints("a"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll("some.safetensors", "'a'", "F32", "I64, I32");
    assertThatThrownBy(() -> file.floats("n"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll("some.safetensors", "'n'", "U8", "BF16");
  }

  @Test
  void anElementBeyondAnIntIsNamed() {
    byte[] bytes =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(1).putLong(1L << 40).array();
    SafetensorsBuilder.file().tensor("n", DType.I64, bytes, 2).writeTo(path);
    SafetensorsFile file = SafetensorsFile.open(path);
    assertThatThrownBy(() -> file.ints("n"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll("'n'", "element 1", "1099511627776");
  }

  @Test
  void aFileCutAfterOpeningIsAnError() throws IOException {
    SafetensorsBuilder.file().floats("a", 1, 2, 3).writeTo(path);
    SafetensorsFile file = SafetensorsFile.open(path);
    Files.write(path, new byte[10]);
    assertThatThrownBy(() -> file.floats("a"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll("some.safetensors", "'a'", "the file ends before byte");
  }

  @Test
  void aHugeSparseTensorOpensAndIsRefusedAsAnArray() throws IOException {
    // Given
    long length = 1L << 38;
    byte[] header =
        SafetensorsBuilder.file()
            .entry("big", "F32", "[%d]".formatted(length / 4), "[0,%d]".formatted(length))
            .bytes();
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.write(header);
      sparse.setLength(header.length + length);
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    // Then
    assertThat(file.tensor("big").length()).isEqualTo(length);
    assertThatThrownBy(() -> file.floats("big"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll("'big'", "fit into memory");
  }
}
