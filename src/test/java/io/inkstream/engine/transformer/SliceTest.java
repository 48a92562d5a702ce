package io.inkstream.engine.transformer;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SliceTest {
  @ParameterizedTest
  @CsvSource({
    // All of the text on the first lane, and as many rows fewer of the picture.
    "1,   64, 4096, 64+4096",
    "2,   64, 4096, 64+1918 0+2178",
    "4,   64, 4096, 64+829 0+1089 0+1089 0+1089",
    "4,  512, 4096, 512+640 0+1152 0+1152 0+1152",
    // As much picture as text: none of it where the text is.
    "2, 2000, 2000, 2000+0 0+2000",
    // Few rows of text cost as much as more do.
    "2,   64,   16, 64+0 0+16",
    "3,    1,  256, 1+0 0+128 0+128",
    "4,    1,    1, 1+0 0+0 0+0 0+1",
    // More text than an equal share.
    "3, 2000,  256, 752+0 752+0 496+256",
    "4,  512,   16, 260+0 252+0 0+8 0+8",
    // No text.
    "3,    0,   35, 0+11 0+12 0+12",
    "3,    0,    1, 0+0 0+0 0+1",
  })
  void lanesHaveAsMuchToDo(int lanes, int text, int image, String expected) {
    var rows =
        Slice.share(lanes, text, image).stream()
            .map(lane -> lane.text(text).rows() + "+" + lane.image().rows())
            .collect(joining(" "));

    assertThat(rows).isEqualTo(expected);
  }

  static Stream<Arguments> cases() {
    return IntStream.rangeClosed(1, 5)
        .boxed()
        .flatMap(lanes ->
            Stream.of(0, 1, 64, 259, 261, 512, 2000)
                .flatMap(text ->
                    Stream.of(1, 16, 256, 4096, 8192 + 3)
                        .map(image -> Arguments.of(lanes, text, image))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachRowIsOneLanesAndTheyAreInTheLanesOrder(int lanes, int text, int image) {
    var shares = Slice.share(lanes, text, image);

    assertFollow(shares, lane -> lane.text(text), text);
    assertFollow(shares, Slice::image, image);
  }

  private static void assertFollow(List<Slice> lanes, Function<Slice, Span> span, int rows) {
    int next = 0;
    for (Slice lane : lanes) {
      assertThat(span.apply(lane).from()).isEqualTo(next);
      assertThat(span.apply(lane).rows()).isNotNegative();
      next = span.apply(lane).to();
    }
    assertThat(next).isEqualTo(rows);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noLaneHasMuchMoreToDoThanAnEqualShare(int lanes, int text, int image) {
    var shares = Slice.share(lanes, text, image);

    int equal = (cost(text) + image) / lanes;
    int most = shares.stream().mapToInt(lane -> cost(lane, text)).max().orElseThrow();
    if (cost(text) <= equal) {
      assertThat(most - equal).isLessThanOrEqualTo(1);
      assertThat(shares.getFirst().text(text).rows()).isEqualTo(text);
    } else { // one more lane reads the text's weights
      assertThat(most).isLessThanOrEqualTo(Math.max(equal, Slice.FEWEST) + Slice.FEWEST);
    }
  }

  private static int cost(Slice lane, int text) {
    return cost(lane.text(text).rows()) + lane.image().rows();
  }

  private static int cost(int text) {
    return text == 0 ? 0 : Math.max(text, Slice.FEWEST);
  }

  @ParameterizedTest
  @CsvSource({"7, 7 0 0", "260, 260 0 0", "270, 260 10 0", "600, 260 260 80", "900, 260 260 380"})
  void otherTextsAreSharedOutAsTheLongest(int tokens, String expected) {
    var shares = Slice.share(3, 530, 20);

    assertFollow(shares, lane -> lane.text(tokens), tokens);
    assertThat(shares.stream().map(lane -> "" + lane.text(tokens).rows()).collect(joining(" ")))
        .isEqualTo(expected);
  }

  @Test
  void aTextThatIsLongerThanWasSaidIsTheFirstLanesAsLongAsNoOtherHasAny() {
    var shares = Slice.share(2, 0, 20);

    assertThat(shares.getFirst().text(9)).isEqualTo(new Span(0, 9));
    assertThat(shares.getLast().text(9).rows()).isZero();
  }

  @Test
  void givenPicturesFollowTheDrawnOne() {
    int drawn = 16;

    assertThat(Slice.share(3, 0, drawn + 20).stream().map(lane -> lane.image().within(drawn)))
        .containsExactly(new Span(0, 12), new Span(12, 16), new Span(16, 16));
  }

  @Test
  void rowsOfASpanAreThoseFromItsFirstOn() {
    float[] all = {1, 1, 2, 2, 3, 3};

    assertThat(new Span(1, 3).of(all, 3)).containsExactly(2, 2, 3, 3);
    assertThat(new Span(2, 2).of(all, 3)).isEmpty();
    assertThat(new Span(0, 3).of(all, 3)).isSameAs(all);
  }
}
