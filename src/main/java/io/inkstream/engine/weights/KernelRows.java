package io.inkstream.engine.weights;

import java.nio.ByteBuffer;

/// ggml's blocks as ONNX Runtime's `MatMulNBits` reads them ([Encoding.KernelBlocks]): the same
/// numbers and scales in another order. Only blocks without an offset are so: an offset would have
/// to be a whole number of steps.
final class KernelRows {
  private static final int SCALE = Short.BYTES; // f16, before the numbers of a block
  private static final int MIDDLE = 128;
  private static final int HALF = 16;
  private static final int NIBBLE = 4;

  private KernelRows() {}

  /// Whether weights that are written so can be read as these blocks.
  static boolean fit(Encoding encoding, int bits, int block) {
    return encoding instanceof Encoding.Blocks(BlockType type)
        && type.numbers() == block
        && bits(type) == bits;
  }

  private static int bits(BlockType type) {
    return switch (type) {
      case Q8_0 -> Byte.SIZE;
      case Q4_0 -> NIBBLE;
      case Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K -> 0;
    };
  }

  /// Appends one block, which begins at `at`.
  ///
  /// @return its scale
  static float write(BlockType type, byte[] from, int at, ByteBuffer numbers) {
    if (bits(type) == Byte.SIZE) {
      for (int i = 0; i < type.numbers(); i++) {
        numbers.put((byte) (from[at + SCALE + i] + MIDDLE));
      }
    } else {
      for (int i = 0; i < type.numbers(); i += 2) {
        numbers.put((byte) (nibble(from, at, i) | nibble(from, at, i + 1) << NIBBLE));
      }
    }
    return SmallBlocks.half(from, at);
  }

  // The low halves of the bytes are the first numbers, the high halves the others.
  private static int nibble(byte[] from, int at, int number) {
    return from[at + SCALE + number % HALF] >> number / HALF * NIBBLE & HALF - 1;
  }
}
