package io.inkstream.engine.textencoder;

import java.nio.charset.StandardCharsets;

/// One word to token ids: its bytes' tokens, merged in pairs, the lowest rank first and the
/// leftmost of equal ones, until no neighbours merge.
final class BytePairEncoding {
  private final int[] byteTokens = new int[256];
  private final MergeTable merges;

  BytePairEncoding(Vocabulary vocabulary, MergeTable merges) {
    this.merges = merges;
    for (int b = 0; b < byteTokens.length; b++) {
      byteTokens[b] = vocabulary.id(String.valueOf(ByteLevelAlphabet.character(b)));
    }
  }

  /// Appends the word's tokens. A byte that the vocabulary lacks is left out, as in the reference,
  /// which has no unknown token.
  void encode(String word, IntList ids) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[bytes.length];
    int size = 0;
    for (byte b : bytes) {
      int token = byteTokens[Byte.toUnsignedInt(b)];
      if (token != Vocabulary.ABSENT) {
        symbols[size++] = token;
      }
    }
    new Symbols(symbols, size, merges).mergeInto(ids);
  }
}
