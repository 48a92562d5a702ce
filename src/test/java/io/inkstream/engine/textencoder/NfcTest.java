package io.inkstream.engine.textencoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NfcTest {
  private static final int[] MARKS =
      IntStream.range(0, 0x1F000)
          .filter(c -> ((1 << Character.getType(c)) & markTypes()) != 0)
          .toArray();

  @Test
  void ordersLongRunsOfMarksAsTheJdkDoes() {
    RandomGenerator random = new Random(11);
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder(round % 2 == 0 ? "e" : "\u00e9");
      int marks = 50 + random.nextInt(100);
      for (int i = 0; i < marks; i++) {
        text.appendCodePoint(MARKS[random.nextInt(round % 3 == 0 ? 100 : MARKS.length)]);
      }
      text.append("o\u0308\u0323");
      assertThat(Nfc.normalize(text.toString()))
          .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
    }
  }

  @Test
  void takesMarksOfBothWidthsInTurnWithoutRecursion() {
    String marks = "\u0301\ud800\uddfd".repeat(50_000);

    assertThat(Nfc.normalize("x" + marks)).hasSize(1 + marks.length());
  }

  private static int markTypes() {
    return 1 << Character.NON_SPACING_MARK
        | 1 << Character.ENCLOSING_MARK
        | 1 << Character.COMBINING_SPACING_MARK;
  }
}
