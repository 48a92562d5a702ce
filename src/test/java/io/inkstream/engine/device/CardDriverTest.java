package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The driver's every call through C, by the names of both makers.
@ParameterizedClass
@EnumSource(CardMaker.class)
class CardDriverTest {
  private static final int BYTES = 1 << 16;
  private static final long GIGABYTE = 1_000_000_000;

  private final CardMaker maker;
  private final StandInCard cards;
  private final Arena arena = Arena.ofShared(); // weights are read by several threads

  CardDriverTest(CardMaker maker) {
    this.maker = maker;
    this.cards = StandInCard.of(maker);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void aCardIsCalledByItsName() {
    assertThat(cards.driver(1).name()).isEqualTo(maker.runtime() + " card 1");
  }

  @Test
  void withoutACardTheLibrarysReasonIsTold() {
    cards.count(0);

    assertThatThrownBy(() -> cards.driver(0))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "device is %s: there is no card: %s failed: no %s-capable device is detected (100)",
            maker.kind(), maker.function("cudaGetDeviceCount"), maker.product());
  }

  @Test
  void aCardThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> cards.driver(2))
        .isInstanceOf(EngineException.class)
        .hasMessage("device is %s:2, must be %1$s:0 to %1$s:1", maker.kind());
  }

  @Test
  void aLibraryThatLacksAFunctionIsNamed() {
    var other = new CardLibrary(maker, new NativeLibrary("libother.so", function -> 0));

    assertThatThrownBy(() -> CardDriver.start(other, 0))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "device is %s: there is no card: device is %1$s: libother.so has no %s",
            maker.kind(), maker.function("cudaGetDeviceCount"));
  }

  @Test
  void aLibraryThatIsNotInstalledIsNamedWithWhatBringsIt() {
    assumeFalse(StandInCard.isInstalled(maker), "it is installed");

    assertThatThrownBy(() -> CardDriver.start(new Device(maker.kind(), 0)))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(
            "device is %s: no %s runtime library; install %s, or name its folder in"
                + " LD_LIBRARY_PATH: ",
            maker.kind(), maker.runtime(), maker.product())
        .hasMessageContainingAll(maker.libraries().toArray(String[]::new));
  }

  @Test
  void whatIsUploadedIsWhatWasThereAtTheCall() {
    var driver = cards.driver(0);
    long there = driver.allocate(BYTES);
    MemorySegment sent = random(BYTES);
    byte[] expected = sent.toArray(JAVA_BYTE);

    driver.upload(there, sent);
    sent.fill((byte) 0);

    assertThat(download(driver, there, BYTES)).isEqualTo(expected);
    driver.free(there);
  }

  @Test
  void runsAreInOrder() {
    var driver = cards.driver(0);
    long first = driver.allocate(BYTES);
    long second = driver.allocate(BYTES);
    MemorySegment sent = random(BYTES);

    driver.upload(first, sent);
    driver.copy(second, first, BYTES);
    driver.clear(first, BYTES);

    assertThat(download(driver, second, BYTES)).isEqualTo(sent.toArray(JAVA_BYTE));
    assertThat(download(driver, first, BYTES)).containsOnly(0);
    driver.free(first);
    driver.free(second);
  }

  @Test
  void weightsAreThereForRunsThatWaitForThem() {
    var driver = cards.driver(0);
    int bytes = 100 << 20; // more than both buffers take at once
    long there = driver.allocate(bytes);
    MemorySegment sent = random(bytes);
    byte[] expected = sent.toArray(JAVA_BYTE);
    var mark = driver.mark();

    driver.load(there, sent);
    sent.fill((byte) 0);
    driver.markLoads(mark);
    driver.runsWaitFor(mark);

    assertThat(download(driver, there, bytes)).isEqualTo(expected);
    driver.unmark(mark);
    driver.free(there);
  }

  @Test
  void lockedMemoryIsReadWhenItsTurnComes() {
    var driver = cards.driver(0);
    long there = driver.allocate(BYTES);
    MemorySegment locked = driver.pinned(BYTES);
    var mark = driver.mark();

    driver.clear(there, BYTES);
    driver.markRuns(mark);
    driver.loadsWaitFor(mark);
    driver.loadPinned(there, locked.fill((byte) 7));
    driver.markLoads(mark);
    driver.awaitMark(mark);

    assertThat(download(driver, there, BYTES)).containsOnly(7);
    driver.unmark(mark);
    driver.unpin(locked);
    driver.free(there);
  }

  @Test
  void rowsComeFromAnotherCardOnceItHasThem() {
    var from = cards.driver(0);
    var to = cards.driver(1);
    assertThat(to.pullsFrom(from)).isTrue();
    long source = from.allocate(4 * 6);
    long target = to.allocate(4 * 3);
    var mark = from.mark();

    from.upload(source, arena.allocateFrom(JAVA_BYTE, rising(4 * 6)));
    from.markRuns(mark);
    to.runsWaitFor(mark);
    to.clear(target, 4 * 3);
    var pull = new Pull(target, 3, from, source + 1, 6, 2, 4);
    to.pull(List.of(pull, pull)); // they are joined once

    assertThat(download(to, target, 4 * 3)).containsExactly(1, 2, 0, 7, 8, 0, 13, 14, 0, 19, 20, 0);
    from.unmark(mark);
    from.free(source);
    to.free(target);
  }

  @Test
  void aCardThatIsTooSmallSaysWhatIsFreeAndGoesOn() {
    cards.bytes(4 * GIGABYTE);
    var driver = cards.driver(0);
    long there = driver.allocate(GIGABYTE);

    assertThat(driver.totalBytes()).isEqualTo(4 * GIGABYTE);
    assertThatThrownBy(() -> driver.allocate(5 * GIGABYTE))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "the device has no 5.00 GB, 3.00 GB are free: %s failed: out of memory (2)",
            maker.function("cudaMalloc"))
        .matches(e -> OutOfDeviceMemoryException.isMeantBy((EngineException) e));
    assertThat(cards.lastError()).isZero();
    long spare = driver.spare(BYTES);
    driver.clear(there, BYTES);
    driver.copy(spare, there, 0);
    assertThat(driver.freeBytes()).isEqualTo(3 * GIGABYTE);
    driver.free(spare);
    driver.free(there);
    assertThat(driver.freeBytes()).isEqualTo(4 * GIGABYTE);
  }

  @Test
  void aHostThatIsTooSmallSaysSo() {
    cards.bytes(GIGABYTE);
    var driver = cards.driver(0);

    assertThatThrownBy(() -> driver.pinned(2 * GIGABYTE))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "the host has no 2.00 GB to lock: %s failed: out of memory (2)",
            maker.function("cudaMallocHost"));
    assertThat(cards.lastError()).isZero();
  }

  @Test
  void aLostCardSaysWhyAndLetsGoOfWhatItHad() {
    var driver = cards.driver(0);
    long there = driver.allocate(BYTES);
    var mark = driver.mark();
    MemorySegment pinned = driver.pinned(BYTES);
    assertThat(driver.loss()).isEmpty();

    cards.lost(true);

    assertThat(driver.loss().orElseThrow())
        .hasMessage("%s failed: unspecified launch failure (719)", maker.function("cudaSetDevice"));
    assertThat(driver.spare(BYTES)).as("for a run that fails at its end").isNotZero();
    Runnable letsGo =
        () -> {
          driver.unmark(mark);
          driver.unpin(pinned);
          driver.free(there);
        };
    assertThatCode(letsGo::run).doesNotThrowAnyException();
    cards.lost(false);
    assertThat(driver.loss()).isEmpty();
    letsGo.run();
  }

  @Test
  void memoryThatIsNotTheCardsIsNotFreed() {
    var driver = cards.driver(0);

    assertThatThrownBy(() -> driver.free(BYTES))
        .isInstanceOf(EngineException.class)
        .hasMessage("%s failed: invalid argument (1)", maker.function("cudaFree"));
  }

  private MemorySegment random(int bytes) {
    byte[] values = new byte[bytes];
    new Random(bytes).nextBytes(values);
    return arena.allocateFrom(JAVA_BYTE, values);
  }

  private static byte[] rising(int count) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) i;
    }
    return values;
  }

  private byte[] download(CardDriver driver, long from, int bytes) {
    MemorySegment to = arena.allocate(bytes);
    driver.download(to, from);
    return to.toArray(JAVA_BYTE);
  }
}
