package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damages good files in seeded random ways: whatever opens is right, the rest is a
/// SnapshotException.
class DamagedSnapshotTest {
  private static final Path TINY = Snapshots.tiny();
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  @TempDir Path dir;

  @Test
  void damagedSafetensorsOpenInsideTheFileOrAreRefused() throws IOException {
    // Given
    byte[] good =
        SafetensorsBuilder.file()
            .metadata("format", "pt")
            .floats("norm.weight", 1, 2, 3)
            .tensor("proj.weight", DType.BF16, new byte[24], 3, 4)
            .tensor("ids", DType.I64, new byte[16], 2)
            .tensor("empty", DType.U8, new byte[0], 0, 5)
            .bytes();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20260101);
    int refused = 0;
    for (int round = 0; round < 1500; round++) {
      Path file = dir.resolve("damaged.safetensors");
      byte[] bytes = damaged(good, random);
      Files.write(file, bytes);
      // When
      boolean opened = opens(file, bytes.length, "round " + round);
      Files.delete(file);
      refused += opened ? 0 : 1;
    }
    // Then
    assertThat(refused).isBetween(1000, 1990);
  }

  private static boolean opens(Path file, long size, String round) {
    try {
      SafetensorsFile.open(file).tensors().values().forEach(entry -> requireInside(entry, size));
      return true;
    } catch (SnapshotException e) {
      assertThat(e.getMessage()).as(round).contains("damaged.safetensors").doesNotContain("\n");
      return false;
    }
  }

  private static void requireInside(TensorEntry entry, long size) {
    assertThat(entry.offset()).isGreaterThanOrEqualTo(8);
    assertThat(entry.length()).isEqualTo(entry.encoding().bytes(entry.shape().elements()));
    assertThat(entry.offset() + entry.length()).isLessThanOrEqualTo(size);
  }

  @Test
  void damagedConfigurationsAreReadOrRefused() throws IOException {
    damageConfig("transformer", TransformerConfig::from);
    damageConfig("text_encoder", TextEncoderConfig::from);
    damageConfig("vae", VaeConfig::from);
  }

  private void damageConfig(String component, Consumer<ComponentConfig> reader) throws IOException {
    byte[] good = Files.readAllBytes(TINY.resolve(component).resolve("config.json"));
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    Path file = dir.resolve("config.json");
    int refused = 0;
    for (int round = 0; round < 150; round++) {
      Files.write(file, damaged(good, random));
      try {
        reader.accept(ComponentConfig.read(file));
      } catch (SnapshotException e) {
        assertThat(e.getMessage()).contains("config.json").doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).as(component).isGreaterThan(50);
  }

  private static byte[] damaged(byte[] good, RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(good, random.nextInt(good.length));
      case 1 -> Arrays.copyOf(good, good.length + 1 + random.nextInt(9));
      case 2 -> flipped(good, random);
      default -> renumbered(good, random);
    };
  }

  private static byte[] flipped(byte[] good, RandomGenerator random) {
    byte[] bytes = good.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(random.nextBoolean() ? bytes.length : 16);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /// Another number of any size in place of one in the text.
  private static byte[] renumbered(byte[] good, RandomGenerator random) {
    String text = new String(good, StandardCharsets.ISO_8859_1);
    int count = (int) NUMBER.matcher(text).results().count();
    int chosen = random.nextInt(count);
    String number = number(random);
    int[] seen = {0};
    Matcher matcher = NUMBER.matcher(text);
    String changed = matcher.replaceAll(found -> seen[0]++ == chosen ? number : found.group());
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String number(RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> Long.toString(random.nextLong());
      case 1 -> Long.toUnsignedString(random.nextLong()) + random.nextInt(10);
      case 2 -> Double.toString(random.nextGaussian());
      case 3 -> "1e" + random.nextInt(500);
      case 4 -> "-" + random.nextInt(9);
      default -> Integer.toString(random.nextInt(64));
    };
  }
}
