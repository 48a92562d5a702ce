package io.inkstream.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngTextDamageTest {
  private static final int VARIANTS = 2_000;

  private static PngChunks started() {
    PngChunks chunks = new PngChunks(0);
    chunks.add("IHDR", new byte[13]);
    return chunks;
  }

  private static byte[] withChunk(String type, byte[] data) {
    PngChunks chunks = started();
    chunks.add(type, data);
    chunks.add("IEND", new byte[0]);
    return chunks.toByteArray();
  }

  private static byte[] join(String head, byte[] tail) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.getBytes(ISO_8859_1));
    out.writeBytes(tail);
    return out.toByteArray();
  }

  private static byte[] zlib(byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(data);
    }
    return out.toByteArray();
  }

  private static void assertDamaged(byte[] file, String message) {
    assertThatExceptionOfType(ImageFormatException.class)
        .isThrownBy(() -> PngText.read(file))
        .withMessageContaining(message);
  }

  @Test
  void compressedTextsAreRead() throws IOException {
    byte[] latin = withChunk("zTXt", join("old\0\0", zlib("é".getBytes(ISO_8859_1))));
    byte[] utf8 = withChunk("iTXt", join("new\0\1\0zh\0key\0", zlib("熊猫".getBytes(UTF_8))));
    assertThat(PngText.read(latin)).containsExactly(Map.entry("old", "é"));
    assertThat(PngText.read(utf8)).containsExactly(Map.entry("new", "熊猫"));
  }

  @Test
  void aRepeatedKeywordKeepsItsLastText() {
    PngChunks chunks = started();
    chunks.add("tEXt", join("k\0first", new byte[0]));
    chunks.add("tEXt", join("k\0second", new byte[0]));
    chunks.add("IEND", new byte[0]);
    assertThat(PngText.read(chunks.toByteArray())).containsExactly(Map.entry("k", "second"));
  }

  @Test
  void eachKindOfDamageHasItsMessage() throws IOException {
    byte[] good = withChunk("tEXt", join("k\0text", new byte[0]));
    byte[] flipped = good.clone();
    flipped[45] ^= 1;
    byte[] huge = good.clone();
    huge[33] = (byte) 0xff;
    assertDamaged(new byte[0], "signature");
    assertDamaged("GIF89a".getBytes(ISO_8859_1), "signature");
    assertDamaged(flipped, "wrong CRC");
    assertDamaged(huge, "claims 4278190086 bytes");
    assertDamaged(Arrays.copyOf(good, good.length - 12), "without IEND");
    assertDamaged(withChunk("tE-t", new byte[0]), "four letters");
    assertDamaged(new PngChunks(0).toByteArray(), "without IEND");
    assertDamaged(withChunk("tEXt", join("no end", new byte[0])), "ends before its text");
    assertDamaged(withChunk("tEXt", join("\0text", new byte[0])), "keyword of 0 bytes");
    assertDamaged(withChunk("tEXt", join("k".repeat(80) + "\0", new byte[0])), "80 bytes");
    assertDamaged(withChunk("zTXt", join("k\0\1", zlib(new byte[1]))), "compression method 1");
    assertDamaged(withChunk("zTXt", join("k\0\0", new byte[] {1, 2})), "damaged");
    assertDamaged(withChunk("zTXt", join("k\0\0", new byte[0])), "cut off");
    assertDamaged(withChunk("iTXt", join("k\0\2\0\0\0", new byte[0])), "compression flag 2");
    assertDamaged(withChunk("iTXt", join("k\0\0\0\0\0\u00ff", new byte[0])), "not UTF-8");
  }

  @Test
  void aTextThatUnpacksToMoreThanAMebibyteIsRefused() throws IOException {
    byte[] largest = withChunk("zTXt", join("k\0\0", zlib(new byte[1 << 20])));
    assertThat(PngText.read(largest).get("k")).hasSize(1 << 20);
    assertDamaged(withChunk("zTXt", join("k\0\0", zlib(new byte[(1 << 20) + 1]))), "1 MiB");
    assertDamaged(withChunk("tEXt", join("k\0", new byte[(1 << 20) + 1])), "1 MiB");
  }

  @Test
  void manyTextsAreRefusedTogether() throws IOException {
    byte[] bomb = join("k\0\0", zlib(new byte[1 << 20]));
    PngChunks large = started();
    for (int i = 0; i < 17; i++) {
      large.add("zTXt", bomb);
    }
    PngChunks many = started();
    for (int i = 0; i < 1001; i++) {
      many.add("tEXt", join("k\0", new byte[0]));
    }
    assertDamaged(large.toByteArray(), "16 MiB");
    assertDamaged(many.toByteArray(), "more than 1000");
  }

  @Test
  void noDamageEndsInAnotherException() throws IOException {
    // Given
    PngChunks chunks = started();
    chunks.add("tEXt", join("plain\0text", new byte[0]));
    chunks.add("zTXt", join("packed\0\0", zlib("some text, some text".getBytes(UTF_8))));
    chunks.add("iTXt", join("utf\0\1\0en\0x\0", zlib("竹子 竹子".getBytes(UTF_8))));
    chunks.add("IEND", new byte[0]);
    byte[] good = chunks.toByteArray();
    Map<String, String> texts = PngText.read(good);
    RandomGenerator random = TestPictures.random(7);
    int refused = 0;
    for (int i = 0; i < VARIANTS; i++) {
      byte[] damaged = damage(good, random);
      try {
        // When
        assertThat(PngText.read(damaged)).isEqualTo(texts);
      } catch (ImageFormatException e) {
        // Then
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(VARIANTS * 9 / 10);
  }

  /// The CRC guards most of a chunk; so texts are damaged before it is computed, too.
  @Test
  void noDamageUnderAValidCrcEndsInAnotherException() throws IOException {
    byte[] packed = join("utf\0\1\0en\0x\0", zlib("竹子 竹子 text text text".getBytes(UTF_8)));
    byte[] zipped = join("packed\0\0", zlib("some text, some text".getBytes(UTF_8)));
    RandomGenerator random = TestPictures.random(8);
    int refused = 0;
    for (int i = 0; i < VARIANTS; i++) {
      boolean unicode = i % 2 == 0;
      byte[] damaged = damage(unicode ? packed : zipped, random);
      try {
        assertThat(PngText.read(withChunk(unicode ? "iTXt" : "zTXt", damaged))).hasSize(1);
      } catch (ImageFormatException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(VARIANTS / 4);
  }

  private static byte[] damage(byte[] good, RandomGenerator random) {
    byte[] bytes = good.clone();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes = Arrays.copyOf(bytes, at);
      case 2 -> bytes[at] = (byte) random.nextInt(256);
      default -> System.arraycopy(good, 0, bytes, at, bytes.length - at);
    }
    return bytes;
  }

  @Test
  void filesAreReadFromTheirPath(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.png");
    Files.write(file, withChunk("tEXt", join("k\0text", new byte[0])));
    assertThat(PngText.read(file)).containsExactly(Map.entry("k", "text"));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> PngText.read(folder.resolve("none.png")));
  }
}
