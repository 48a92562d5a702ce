package io.inkstream.engine.weights;

import java.util.Optional;
import java.util.stream.Stream;

/// How ggml writes numbers in blocks of a few bits each, with scales in every block.
///
/// The layouts and the order in which the formulas are evaluated, in float32, are ggml's
/// (`dequantize_row_*` in `ggml-quants.c`): the numbers are its own to the bit.
public enum BlockType {
  Q4_0(2, 32, 18, SmallBlocks::q4Signed),
  Q4_1(3, 32, 20, SmallBlocks::q4Offset),
  Q5_0(6, 32, 22, SmallBlocks::q5Signed),
  Q5_1(7, 32, 24, SmallBlocks::q5Offset),
  Q8_0(8, 32, 34, SmallBlocks::q8),
  Q2_K(10, 256, 84, SuperBlocks::q2),
  Q3_K(11, 256, 110, SuperBlocks::q3),
  Q4_K(12, 256, 144, SuperBlocks::q4),
  Q5_K(13, 256, 176, SuperBlocks::q5),
  Q6_K(14, 256, 210, SuperBlocks::q6);

  private final int id;
  private final int numbers;
  private final int bytes;
  private final Decoder decoder;

  /// Writes the numbers of one block.
  interface Decoder {
    void decode(byte[] from, int at, float[] to, int toAt);
  }

  BlockType(int id, int numbers, int bytes, Decoder decoder) {
    this.id = id;
    this.numbers = numbers;
    this.bytes = bytes;
    this.decoder = decoder;
  }

  /// The type that ggml numbers so, if it is one of these.
  public static Optional<BlockType> of(long id) {
    return Stream.of(values()).filter(type -> type.id == id).findFirst();
  }

  /// Numbers in a block.
  public int numbers() {
    return numbers;
  }

  /// Bytes of a block.
  public int bytes() {
    return bytes;
  }

  /// Bytes of so many numbers.
  ///
  /// @throws ArithmeticException if they fit no `long`
  public long bytes(long elements) {
    return Math.multiplyExact(elements / numbers, bytes);
  }

  /// Writes the numbers of one block, which begins at `at`, to `to` from `toAt` on. Scales that are
  /// no numbers give numbers that are none.
  public void decode(byte[] from, int at, float[] to, int toAt) {
    decoder.decode(from, at, to, toAt);
  }
}
