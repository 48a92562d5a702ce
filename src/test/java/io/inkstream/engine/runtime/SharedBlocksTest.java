package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedBlocksTest {
  private static final int BLOCKS = 60;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 30, 41, 59, 60})
  void asManyBlocksStayAsThereIsRoomFor(int resident) {
    assertThat(Subgraph.residents(BLOCKS, resident).cardinality()).isEqualTo(resident);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 30, 41, 58})
  void theOthersAreAsFarFromEachOtherAsCanBe(int resident) {
    BitSet residents = Subgraph.residents(BLOCKS, resident);
    int[] streamed = IntStream.range(0, BLOCKS).filter(block -> !residents.get(block)).toArray();
    var ways =
        IntStream.range(0, streamed.length)
            .map(i -> Math.floorMod(streamed[(i + 1) % streamed.length] - streamed[i], BLOCKS))
            .boxed()
            .toList();

    int even = BLOCKS / streamed.length;
    assertThat(ways).isSubsetOf(even, even + 1);
  }
}
