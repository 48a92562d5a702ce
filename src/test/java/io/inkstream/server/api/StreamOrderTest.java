package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.server.order.Field;
import io.inkstream.server.order.Kind;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamOrderTest {
  @ParameterizedTest
  @CsvSource({
    "0, 20, ''", "1, 20, 10", "2, 20, '7,14'", "3, 20, '5,10,15'", "3, 50, '13,25,38'",
    "3, 4, '1,2,3'", "3, 3, '1,2'", "3, 2, 1", "3, 1, ''", "1, 1000, 500"
  })
  void partialPicturesAreSpreadOverTheStepsButTheLast(int partials, int steps, String after) {
    var order = new StreamOrder(partials, false, Preview.NONE);
    List<String> found =
        IntStream.rangeClosed(1, steps)
            .filter(step -> order.partialAfter(step, steps) >= 0)
            .mapToObj(String::valueOf)
            .toList();
    assertThat(String.join(",", found)).isEqualTo(after);
  }

  @Test
  void everyWordOfPreviewIsOne() {
    var words = ((Kind.Word) Field.PREVIEW.kind()).words();

    assertThat(words.stream().map(Preview::named)).containsExactly(Preview.values());
  }

  @Test
  void partialPicturesAreNumberedFromZero() {
    var order = new StreamOrder(3, false, Preview.NONE);
    assertThat(IntStream.of(5, 10, 15).map(step -> order.partialAfter(step, 20)))
        .containsExactly(0, 1, 2);
  }
}
