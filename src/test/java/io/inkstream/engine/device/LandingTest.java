package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LandingTest {
  private static final int LONGEST = 5000;

  private final EmulatedDriver emulated = new EmulatedDriver(OptionalLong.empty());
  private final Traffic traffic = new Traffic();

  @Test
  void readsOfAnyLengthInAnyOrder() {
    var landing = new Landing(emulated, traffic);
    long there = rising(emulated);
    int[] lengths = {3, LONGEST, 1, 0, 17, LONGEST - 1};
    for (int length : lengths) {
      assertThat(read(landing, there, length)).isEqualTo(rising(length));
    }
    assertThat(traffic.copies().downBytes())
        .isEqualTo((long) Integer.BYTES * IntStream.of(lengths).sum());
    emulated.free(there);
  }

  @Test
  void readersAtTheSameTimeGetTheirOwn() {
    var landing = new Landing(emulated, traffic);
    long there = rising(emulated);
    IntStream.range(0, LONGEST)
        .parallel()
        .forEach(from ->
            assertThat(read(landing, there + (long) Integer.BYTES * from, LONGEST - from))
                .isEqualTo(IntStream.range(from, LONGEST).toArray()));
    emulated.free(there);
  }

  @Test
  void readsOnAfterADeviceIsThereAgain() {
    var landing = new Landing(emulated, traffic);
    long there = rising(emulated);
    read(landing, there, 3);

    emulated.lose();

    assertThatThrownBy(() -> read(landing, there, 2)).isInstanceOf(EngineException.class);
    assertThatThrownBy(() -> read(landing, there, 4)).isInstanceOf(EngineException.class);
    emulated.found();
    assertThat(read(landing, there, 2)).isEqualTo(rising(2));
    assertThat(read(landing, there, 4)).isEqualTo(rising(4));
    emulated.free(there);
  }

  @ParameterizedTest
  @EnumSource(CardMaker.class)
  void locksMemoryOfACard(CardMaker maker) {
    var driver = StandInCard.of(maker).driver(0);
    var landing = new Landing(driver, traffic);
    long there = rising(driver);
    for (int length : new int[] {3, LONGEST, 17}) {
      assertThat(read(landing, there, length)).isEqualTo(rising(length));
    }
    driver.free(there);
  }

  private static long rising(DeviceDriver driver) {
    long there = driver.allocate((long) Integer.BYTES * LONGEST);
    try (var arena = Arena.ofConfined()) {
      driver.upload(there, arena.allocateFrom(JAVA_INT, rising(LONGEST)));
    }
    return there;
  }

  private static int[] rising(int length) {
    return IntStream.range(0, length).toArray();
  }

  private static int[] read(Landing landing, long from, int length) {
    return landing.read(from, (long) Integer.BYTES * length, host -> host.toArray(JAVA_INT));
  }
}
