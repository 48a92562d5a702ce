package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.BFloat16;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Float8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Reads weights as float32, however they are stored, some rows at a time; keeps nothing but the
/// open files, which the garbage collector closes, and the scales.
///
/// Files are read, not mapped: one that was cut meanwhile is a refusal and not the end of the
/// process. Any number of threads may read at once.
public final class WeightReader {
  private static final float[] E4M3 = Float8.e4m3Values();
  private static final float[] E5M2 = Float8.e5m2Values();

  private final Map<Path, FileChannel> files = new ConcurrentHashMap<>();
  private final Map<TensorEntry, float[]> scales = new ConcurrentHashMap<>();

  /// Writes rows of a weight, the last extent of its shape each, to `to` from `at` on.
  ///
  /// @throws SnapshotException if they cannot be read, or one of the numbers is none
  public void rows(TensorEntry entry, long first, int count, float[] to, int at) {
    int row = Math.toIntExact(entry.rowLength());
    byte[] bytes =
        bytes(entry, first * row, Math.toIntExact(entry.encoding().bytes((long) count * row)));
    switch (entry.encoding()) {
      case Encoding.Plain(DType type) -> plain(entry, type, bytes, to, at, count * row);
      case Encoding.Blocks(BlockType type) -> {
        int blocks = count * row / type.numbers();
        for (int block = 0; block < blocks; block++) {
          type.decode(bytes, block * type.bytes(), to, at + block * type.numbers());
        }
      }
      case Encoding.ScaledRows(DType type, TensorEntry scale) -> {
        plain(entry, type, bytes, to, at, count * row);
        scale(entry, new Encoding.Scaled(type, scale, 0), first, count, to, at);
      }
      case Encoding.KernelBlocks blocks -> {
        blocks(blocks, bytes, to, at);
        float[] all = scales.computeIfAbsent(blocks.scales(), this::scales);
        int from = Math.toIntExact(first * row / blocks.block());
        for (int i = 0; i < count * row; i++) {
          to[at + i] *= all[from + i / blocks.block()];
        }
      }
      case Encoding.Scaled scaled -> {
        plain(entry, scaled.type(), bytes, to, at, count * row);
        scale(entry, scaled, first, count, to, at);
      }
    }
    requireFinite(entry, first, row, to, at, count * row);
  }

  /// Whether [#kernelRows] takes weights that are stored so.
  ///
  /// @param bits of a number
  /// @param block numbers with one scale
  public static boolean areKernelRows(Encoding encoding, int bits, int block) {
    return KernelRows.fit(encoding, bits, block);
  }

  /// Appends rows of ggml's blocks as [Encoding.KernelBlocks] has them: the same numbers.
  ///
  /// @throws SnapshotException if they cannot be read, or one of the scales is no number
  public void kernelRows(
      TensorEntry entry, long first, int count, ByteBuffer numbers, ByteBuffer scales) {
    BlockType type = ((Encoding.Blocks) entry.encoding()).type();
    long row = entry.rowLength();
    byte[] from = bytes(entry, first * row, Math.toIntExact(type.bytes(count * row)));
    for (int at = 0; at < from.length; at += type.bytes()) {
      float scale = KernelRows.write(type, from, at, numbers);
      if (!Float.isFinite(scale)) {
        throw SnapshotException.tensor(
            entry.file(),
            entry.name(),
            "the scale of block %d is %s, must be a finite number"
                .formatted(first * row / type.numbers() + at / type.bytes(), scale));
      }
      scales.putFloat(scale);
    }
  }

  /// Writes a whole weight, row after row.
  ///
  /// @throws SnapshotException as [#rows]
  public void all(TensorEntry entry, float[] to, int at) {
    int rows = Math.toIntExact(entry.shape().elements() / entry.rowLength());
    rows(entry, 0, Math.toIntExact(entry.rows()), to, at);
  }

  private static void blocks(Encoding.KernelBlocks blocks, byte[] bytes, float[] to, int at) {
    int middle = 1 << blocks.bits() - 1;
    int each = Byte.SIZE / blocks.bits();
    for (int i = 0; i < bytes.length * each; i++) {
      int number = bytes[i / each] >> i % each * blocks.bits() & 2 * middle - 1;
      to[at + i] = number - middle;
    }
  }

  /// A small tensor's bytes as they are stored.
  ///
  /// @throws SnapshotException if they cannot be read
  public byte[] bytes(TensorEntry entry) {
    return bytes(entry, 0, Math.toIntExact(entry.length()));
  }

  /// @throws SnapshotException if a small tensor has a number that is none
  public void requireNumbers(TensorEntry entry) {
    int count = Math.toIntExact(entry.shape().elements());
    requireFinite(entry, 0, count, scales(entry), 0, count);
  }

  private byte[] bytes(TensorEntry entry, long from, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try {
      ChannelRange.fill(
          channel(entry.file()), bytes, entry.offset() + entry.encoding().bytes(from));
    } catch (IOException e) {
      throw SnapshotException.tensor(entry.file(), entry.name(), e);
    }
    return bytes.array();
  }

  private FileChannel channel(Path file) {
    return files.computeIfAbsent(
        file,
        path -> {
          try {
            return FileChannel.open(path);
          } catch (IOException e) {
            throw SnapshotException.unreadable(path, e);
          }
        });
  }

  private static void plain(
      TensorEntry entry, DType type, byte[] bytes, float[] to, int at, int count) {
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> numbers.asFloatBuffer().get(to, at, count);
      case F16 -> {
        short[] halves = shorts(numbers, count);
        for (int i = 0; i < count; i++) {
          to[at + i] = Float.float16ToFloat(halves[i]);
        }
      }
      case BF16 -> {
        short[] halves = shorts(numbers, count);
        for (int i = 0; i < count; i++) {
          to[at + i] = BFloat16.toFloat(halves[i]);
        }
      }
      case F8_E4M3 -> looked(E4M3, bytes, to, at, count);
      case F8_E5M2 -> looked(E5M2, bytes, to, at, count);
      case I8 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = bytes[i];
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = (float) numbers.getDouble();
        }
      }
      case I64, I32, I16, U8, BOOL ->
          throw SnapshotException.tensor(entry.file(), entry.name(), type + " is no weight's type");
    }
  }

  private static short[] shorts(ByteBuffer numbers, int count) {
    short[] shorts = new short[count];
    numbers.asShortBuffer().get(shorts);
    return shorts;
  }

  private static void looked(float[] table, byte[] codes, float[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] = table[codes[i] & 0xFF];
    }
  }

  private void scale(
      TensorEntry entry, Encoding.Scaled scaled, long first, int count, float[] to, int at) {
    float[] all = scales.computeIfAbsent(scaled.scale(), this::scales);
    int row = Math.toIntExact(entry.rowLength());
    for (int r = 0; r < count; r++) {
      float scale = all.length == 1 ? all[0] : all[Math.toIntExact(first + r)];
      int from = at + r * row;
      for (int i = from; i < from + row; i++) {
        to[i] *= scale;
      }
      if (scaled.rotation() != 0) {
        Rotation.turn(to, from, row, scaled.rotation());
      }
    }
  }

  private float[] scales(TensorEntry entry) {
    int count = Math.toIntExact(entry.shape().elements());
    float[] values = new float[count];
    DType type = ((Encoding.Plain) entry.encoding()).type();
    plain(entry, type, bytes(entry, 0, Math.toIntExact(entry.length())), values, 0, count);
    return values;
  }

  // A number is none if its exponent is all ones; the sum then reaches the sign's place.
  private static void requireFinite(
      TensorEntry entry, long first, int row, float[] values, int at, int count) {
    int found = 0;
    for (int i = at; i < at + count; i++) {
      found |= (Float.floatToRawIntBits(values[i]) & 0x7F800000) + 0x00800000;
    }
    if (found < 0) {
      int i = at;
      while (Float.isFinite(values[i])) {
        i++;
      }
      throw SnapshotException.tensor(
          entry.file(),
          entry.name(),
          "element %d is %s, must be a finite number".formatted(first * row + i - at, values[i]));
    }
  }
}
