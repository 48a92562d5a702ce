package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileSafetensorsTest {
  private static final String FILE = "bad.safetensors";

  @TempDir Path dir;
  private Path path;

  @BeforeEach
  void nameTheFile() {
    path = dir.resolve(FILE);
  }

  private void assertRefused(String... parts) {
    Throwable thrown = catchThrowable(() -> SafetensorsFile.open(path));
    assertThat(thrown).isExactlyInstanceOf(SnapshotException.class);
    assertThat(thrown.getMessage()).contains(FILE).contains(parts).doesNotContain("\n", "\r");
    assertThat(thrown.getMessage().length()).isLessThan(1500);
  }

  private void refuses(SafetensorsBuilder file, String... parts) {
    file.writeTo(path);
    assertRefused(parts);
  }

  private void refusesHeader(String header, String... parts) {
    SafetensorsBuilder.write(path, SafetensorsBuilder.withHeader(header));
    assertRefused(parts);
  }

  private static SafetensorsBuilder file() {
    return SafetensorsBuilder.file();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void fileShorterThanItsLength(int size) {
    SafetensorsBuilder.write(path, new byte[size]);
    assertRefused("has " + size + " bytes", "at least 8");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 100_000_001, 3})
  void headerLengthNegativeHugeOrBeyondTheFile(long length) {
    SafetensorsBuilder.write(
        path, SafetensorsBuilder.prefixed(length, ByteBuffer.wrap(new byte[] {'{', '}'})));
    assertRefused("header length is " + Long.toUnsignedString(length), "at most 2");
  }

  @Test
  void headerOverTheLimitInALongEnoughFile() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.write(SafetensorsBuilder.prefixed(100_000_001, ByteBuffer.allocate(0)));
      sparse.setLength(200_000_000);
    }
    assertRefused("header length is 100000001", "at most 100000000");
  }

  @Test
  void headerThatIsNotUtf8() {
    SafetensorsBuilder.write(
        path,
        SafetensorsBuilder.prefixed(
            5, ByteBuffer.wrap(new byte[] {'{', '"', (byte) 0xC3, '(', '"'})));
    assertRefused("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"a\"", "not json", "{'a':1}", "{}x", "\0\0"})
  void headerThatIsNotJson(String header) {
    refusesHeader(header, "is not valid JSON");
  }

  @Test
  void headerWithMoreThanOneObject() {
    refusesHeader("{} {}", "goes on with an object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "[]", "1", "null", "\"text\""})
  void headerThatIsNotAnObject(String header) {
    refusesHeader(header, "must be a JSON object");
  }

  @Test
  void aTensorTwice() {
    refuses(
        file().entry("a.w", "U8", "[1]", "[0,1]").entry("a.w", "U8", "[1]", "[0,1]").data(1),
        "Duplicate",
        "a.w");
  }

  @Test
  void aFieldTwice() {
    refusesHeader(
        "{\"a.w\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "'a.w'",
        "Duplicate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "1.0",
        "1e3",
        "-1",
        "9223372036854775808",
        "99999999999999999999999999",
        "null",
        "\"1\"",
        "true",
        "[1]",
        "{}"
      })
  void numberThatIsNoExtentAndNoOffset(String number) {
    refuses(file().entry("a.w", "U8", "[" + number + "]", "[0,1]").data(1), "'a.w'");
    refuses(file().entry("a.w", "U8", "[1]", "[0," + number + "]").data(1), "'a.w'");
    refuses(file().entry("a.w", "U8", "[1]", "[" + number + ",1]").data(1), "'a.w'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[4294967296,4294967296]",
        "[9223372036854775807]",
        "[9223372036854775807,2]",
        "[4611686018427387904,2,0]"
      })
  void shapeThatOverflows(String shape) {
    refuses(file().entry("a.w", "F32", shape, "[0,0]"), "'a.w'", "shape", "too large");
  }

  @Test
  void shapeWithTooManyExtents() {
    refuses(
        file().entry("a.w", "U8", "[" + "1,".repeat(64) + "1]", "[0,1]").data(1),
        "'a.w'",
        "shape has more than 64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F8_E8M0", "f32", "U64", ""})
  void unknownType(String dtype) {
    refuses(
        file().entry("a.w", dtype, "[1]", "[0,1]").data(1), "'a.w'", "dtype is " + dtype, "BF16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dtype", "shape", "data_offsets"})
  void missingField(String field) {
    String entry = "{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
    refusesHeader("{\"a.w\":" + entry.replace(field, "other") + "}", "'a.w'", "has no " + field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[0]", "[0,1,2]", "0", "null", "{\"0\":1}"})
  void offsetsThatAreNotTwoIntegers(String offsets) {
    refuses(file().entry("a.w", "U8", "[1]", offsets).data(1), "'a.w'", "data_offsets", "integers");
  }

  @Test
  void offsetsThatFall() {
    refuses(file().entry("a.w", "U8", "[1]", "[1,0]").data(1), "'a.w'", "[1, 0]", "must rise");
  }

  @Test
  void offsetsBeyondTheFile() {
    refuses(
        file().entry("a.w", "U8", "[9]", "[0,9]").data(4), "'a.w'", "[0, 9]", "4 bytes of data");
    refuses(
        file().entry("a.w", "U8", "[9]", "[0,9223372036854775807]").data(9), "'a.w'", "9 bytes");
  }

  @Test
  void spanThatDoesNotFitShapeAndType() {
    refuses(
        file().entry("a.w", "F32", "[2,3]", "[0,12]").data(12), "'a.w'", "12 bytes", "must be 24");
  }

  @Test
  void overlappingTensors() {
    refuses(
        file().entry("a.w", "U8", "[4]", "[0,4]").entry("b.w", "U8", "[4]", "[2,6]").data(6),
        "'a.w'",
        "'b.w'",
        "overlap");
  }

  @Test
  void tensorsInTheSamePlace() {
    refuses(
        file().entry("a.w", "U8", "[4]", "[0,4]").entry("b.w", "U8", "[4]", "[0,4]").data(4),
        "'b.w'",
        "overlap");
  }

  @Test
  void holeBetweenTensors() {
    refuses(
        file().entry("a.w", "U8", "[4]", "[0,4]").entry("b.w", "U8", "[1]", "[5,6]").data(6),
        "'b.w'",
        "'a.w'",
        "hole");
  }

  @Test
  void holeBeforeTheFirstTensor() {
    refuses(file().entry("a.w", "U8", "[4]", "[2,6]").data(6), "'a.w'", "begin at 2", "must be 0");
  }

  @Test
  void bytesBehindTheLastTensor() {
    refuses(file().entry("a.w", "U8", "[4]", "[0,4]").data(7), "'a.w'", "3 bytes follow");
    refuses(file().data(7), "7 bytes follow the header");
  }

  @Test
  void entryThatIsNotAnObject() {
    refusesHeader("{\"a.w\":[]}", "'a.w'", "an array", "must be an object");
    refusesHeader("{\"__metadata__\":1}", "__metadata__", "must be an object");
    refusesHeader("{\"__metadata__\":{\"k\":1}}", "__metadata__", "k is 1", "must be a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"x\":"})
  void deeplyNestedHeader(String level) {
    refusesHeader("{\"a.w\":{\"other\":" + level.repeat(200_000), "'a.w'", "nesting");
  }

  @Test
  void longestNumber() {
    refuses(file().entry("a.w", "U8", "[" + "9".repeat(100_000) + "]", "[0,1]"), "'a.w'");
  }

  @Test
  void tooManyEntries() {
    SafetensorsBuilder file = file();
    for (int i = 0; i <= 100_000; i++) {
      file.entry("t" + i, "U8", "[0]", "[0,0]");
    }
    refuses(file, "'t100000'", "100000");
  }

  @Test
  void nameThatWouldForgeALine() {
    refuses(
        file().entry("a\\nERROR \\u001b[31m\\u2028" + "x".repeat(40_000), "F9", "[1]", "[0,1]"),
        "a\\u000aERROR \\u001b[31m\\u2028xxx",
        "F9");
  }

  @Test
  void missingFile() {
    assertRefused("does not exist");
  }

  @Test
  void folderInsteadOfAFile() throws IOException {
    Files.createDirectory(path);
    assertRefused("is not a file");
  }

  @Test
  void linkToNowhereAndLinkToItself() throws IOException {
    Files.createSymbolicLink(path, dir.resolve("gone"));
    assertRefused("does not exist");
    Files.delete(path);
    Files.createSymbolicLink(path, path);
    assertRefused("cannot be read");
  }

  @Test
  void unreadableFile() throws IOException {
    file().floats("a.w", 1).writeTo(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(path), "this user may read everything");
    assertRefused("access denied");
  }
}
