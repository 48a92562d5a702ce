package io.inkstream.engine.image;

import java.util.ArrayList;
import java.util.List;

/// The lengths of a prefix code as the file holds them: run-length coded, then prefix coded
/// (specification, 6.2.1 "Normal Code Length Code").
record Vp8lCodeLengths(List<Token> tokens) {
  private static final int SYMBOLS = 19;
  private static final int MAX_LENGTH = 7;
  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;

  /// A length 0–15 or a repetition 16–18 with its extra bits.
  private record Token(int symbol, int extra, int extraBits) {}

  static Vp8lCodeLengths of(int[] lengths) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < lengths.length) {
      int end = at + 1;
      while (end < lengths.length && lengths[end] == lengths[at]) {
        end++;
      }
      if (lengths[at] == 0) {
        addZeros(end - at, tokens);
      } else {
        tokens.add(new Token(lengths[at], 0, 0));
        addRepeats(lengths[at], end - at - 1, tokens);
      }
      at = end;
    }
    return new Vp8lCodeLengths(tokens);
  }

  private static void addZeros(int count, List<Token> tokens) {
    int left = count;
    while (left >= 3) {
      int run = Math.min(left, 138);
      tokens.add(run <= 10 ? new Token(ZEROS, run - 3, 3) : new Token(MANY_ZEROS, run - 11, 7));
      left -= run;
    }
    for (; left > 0; left--) {
      tokens.add(new Token(0, 0, 0));
    }
  }

  private static void addRepeats(int length, int count, List<Token> tokens) {
    int left = count;
    while (left >= 3) {
      int run = Math.min(left, 6);
      tokens.add(new Token(REPEAT, run - 3, 2));
      left -= run;
    }
    for (; left > 0; left--) {
      tokens.add(new Token(length, 0, 0));
    }
  }

  void write(Vp8lBits out) {
    int[] counts = new int[SYMBOLS];
    tokens.forEach(token -> counts[token.symbol()]++);
    Vp8lPrefixCode code = Vp8lPrefixCode.of(counts, MAX_LENGTH);
    writeCode(code.lengths(), out);
    out.put(0, 1); // lengths for the whole alphabet follow
    for (Token token : tokens) {
      code.write(token.symbol(), out);
      out.put(token.extra(), token.extraBits());
    }
  }

  private static void writeCode(int[] lengths, Vp8lBits out) {
    int[] order = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    int count = SYMBOLS;
    while (count > 4 && lengths[order[count - 1]] == 0) {
      count--;
    }
    out.put(count - 4, 4);
    for (int i = 0; i < count; i++) {
      out.put(lengths[order[i]], 3);
    }
  }
}
