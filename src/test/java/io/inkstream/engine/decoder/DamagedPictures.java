package io.inkstream.engine.decoder;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;

/// Pictures that something has happened to.
public final class DamagedPictures {
  private static final int PNG = 0x89504e47;

  private DamagedPictures() {}

  /// A copy with one to four damages. A PNG's checksums are right all the same: half of the time.
  public static byte[] damage(byte[] picture, Random random) {
    byte[] damaged = picture.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      damaged = once(damaged, random);
    }
    if (damaged.length > 8 && ByteBuffer.wrap(damaged).getInt() == PNG && random.nextBoolean()) {
      mend(damaged);
    }
    return damaged;
  }

  private static byte[] once(byte[] picture, Random random) {
    int at = random.nextInt(Math.max(1, picture.length));
    int length = Math.min(picture.length - at, 1 + random.nextInt(16));
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(picture, at);
      case 1 -> joined(picture, at, at + length);
      case 2 -> joined(picture, at + length, at);
      case 3 -> {
        byte[] wild = picture.clone();
        Arrays.fill(wild, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0x7f));
        yield wild;
      }
      default -> {
        byte[] other = picture.clone();
        for (int i = 0; i < length; i++) {
          other[at + i] ^= (byte) (1 << random.nextInt(8));
        }
        yield other;
      }
    };
  }

  /// What comes before `end`, and what comes from `begin` on.
  private static byte[] joined(byte[] picture, int end, int begin) {
    byte[] joined = Arrays.copyOf(picture, end + picture.length - begin);
    System.arraycopy(picture, begin, joined, end, picture.length - begin);
    return joined;
  }

  private static void mend(byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    for (int at = 8; at + 12 <= png.length; ) {
      int length = file.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(png, at + 4, length + 4);
      file.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }
}
