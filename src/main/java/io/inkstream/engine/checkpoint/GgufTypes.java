package io.inkstream.engine.checkpoint;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.BlockType;
import io.inkstream.engine.weights.Encoding;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The numbers that ggml gives to its types.
final class GgufTypes {
  private static final Map<Long, DType> PLAIN =
      Map.of(0L, DType.F32, 1L, DType.F16, 30L, DType.BF16);

  /// Those that exist and are not read here.
  private static final Map<Long, String> OTHERS =
      Map.ofEntries(
          Map.entry(9L, "Q8_1"),
          Map.entry(15L, "Q8_K"),
          Map.entry(16L, "IQ2_XXS"),
          Map.entry(17L, "IQ2_XS"),
          Map.entry(18L, "IQ3_XXS"),
          Map.entry(19L, "IQ1_S"),
          Map.entry(20L, "IQ4_NL"),
          Map.entry(21L, "IQ3_S"),
          Map.entry(22L, "IQ2_S"),
          Map.entry(23L, "IQ4_XS"),
          Map.entry(24L, "I8"),
          Map.entry(25L, "I16"),
          Map.entry(26L, "I32"),
          Map.entry(27L, "I64"),
          Map.entry(28L, "F64"),
          Map.entry(29L, "IQ1_M"),
          Map.entry(34L, "TQ1_0"),
          Map.entry(35L, "TQ2_0"),
          Map.entry(39L, "MXFP4"),
          Map.entry(40L, "NVFP4"),
          Map.entry(41L, "Q1_0"));

  private GgufTypes() {}

  /// How numbers of a type are written, if they are read here.
  static Optional<Encoding> encoding(long id) {
    return Optional.<Encoding>ofNullable(PLAIN.containsKey(id) ? plain(id) : null)
        .or(() -> BlockType.of(id).map(Encoding.Blocks::new));
  }

  private static Encoding plain(long id) {
    return new Encoding.Plain(PLAIN.getOrDefault(id, DType.F32));
  }

  /// Numbers of a row must be a multiple of this.
  static int numbersOfBlock(Encoding encoding) {
    return encoding instanceof Encoding.Blocks(BlockType type) ? type.numbers() : 1;
  }

  /// `IQ4_NL (20)`, or the number alone if there is no such type.
  static String named(long id) {
    return Optional.ofNullable(OTHERS.get(id)).map(name -> name + " (" + id + ")").orElse(id + "");
  }

  /// Those that are read here.
  static String allowed() {
    return Stream.concat(
            PLAIN.values().stream().sorted().map(DType::name),
            Stream.of(BlockType.values()).map(BlockType::name))
        .collect(Collectors.joining(", "));
  }
}
