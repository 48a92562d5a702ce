package io.inkstream.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevicePoolTest {
  private static final long MEGABYTE = 1 << 20;

  private final EmulatedDriver driver = new EmulatedDriver(OptionalLong.of(100 * MEGABYTE));
  private final DevicePool pool = new DevicePool(driver, true);

  @ParameterizedTest
  @CsvSource({
    "0, 512",
    "1, 512",
    "513, 1024",
    "1048576, 1048576",
    "1048577, 1179648",
    "25214976, 25165824",
    "25567232, 27262976"
  })
  void sizesAreRoundedUpByAnEighthAtMost(long bytes, long rounded) {
    assertThat(DevicePool.rounded(bytes)).isGreaterThanOrEqualTo(bytes);
    if (bytes > MEGABYTE) {
      assertThat(DevicePool.rounded(bytes)).isLessThanOrEqualTo(bytes + bytes / 8 + 1);
    }
    assertThat(DevicePool.rounded(rounded)).isEqualTo(rounded);
  }

  @Test
  void memoryThatWasGivenBackIsGivenAwayAgain() {
    long first = pool.take(10 * MEGABYTE);
    pool.give(first);
    long slightlyLess = pool.take(9 * MEGABYTE);

    assertThat(slightlyLess).isEqualTo(first);
    assertThat(pool.ownBytes()).isEqualTo(10 * MEGABYTE);
    pool.give(slightlyLess);
    assertThat(pool.idleBytes()).isEqualTo(10 * MEGABYTE);
    assertThat(pool.takenBytes()).isZero();
  }

  @Test
  void aChunkIsNotSpentOnMuchLess() {
    pool.give(pool.take(64 * MEGABYTE));

    long small = pool.take(MEGABYTE);

    assertThat(pool.ownBytes()).isEqualTo(65 * MEGABYTE);
    pool.give(small);
  }

  @Test
  void whatLiesIdleMakesRoomBeforeAnythingFails() {
    pool.give(pool.take(64 * MEGABYTE));

    long large = pool.take(96 * MEGABYTE);

    assertThat(pool.ownBytes()).isEqualTo(96 * MEGABYTE);
    assertThatThrownBy(() -> pool.take(8 * MEGABYTE))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessage("the device has no 0.01 GB, 0.00 GB are free");
    pool.give(large);
    assertThatCode(() -> pool.give(pool.take(96 * MEGABYTE))).doesNotThrowAnyException();
  }

  @Test
  void whatTwoPicturesHaveNotUsedGoesBackToTheDevice() {
    pool.give(pool.take(64 * MEGABYTE));
    pool.settle();
    assertThat(pool.idleBytes()).isEqualTo(64 * MEGABYTE);

    pool.give(pool.take(MEGABYTE));
    pool.settle();

    assertThat(pool.idleBytes()).isEqualTo(MEGABYTE);
    assertThat(driver.freeBytes()).isEqualTo(99 * MEGABYTE);
  }

  @Test
  void whatALibraryOfAnotherStreamGivesBackIsItsAloneUntilItHasRun() {
    var apart = new DevicePool(driver, false);
    long first = apart.takeForLibrary(10 * MEGABYTE);
    apart.giveFromLibrary(first);

    assertThat(apart.take(10 * MEGABYTE)).isNotEqualTo(first);
    assertThat(apart.takeForLibrary(10 * MEGABYTE)).isEqualTo(first);
    apart.giveFromLibrary(first);
    assertThat(apart.idleBytes()).isEqualTo(10 * MEGABYTE);

    apart.ran();
    assertThat(apart.take(10 * MEGABYTE)).isEqualTo(first);
  }

  @Test
  void restingMemoryMakesRoomBeforeAnythingFails() {
    var apart = new DevicePool(driver, false);
    apart.giveFromLibrary(apart.takeForLibrary(64 * MEGABYTE));

    assertThatCode(() -> apart.take(96 * MEGABYTE)).doesNotThrowAnyException();
    assertThat(apart.idleBytes()).isZero();
  }

  @Test
  void whatTheLibraryIsRefusedIsToldOnce() {
    long spare = pool.takeForLibrary(200 * MEGABYTE);

    assertThatThrownBy(pool::throwIfRefused).isInstanceOf(OutOfDeviceMemoryException.class);
    assertThatCode(pool::throwIfRefused).doesNotThrowAnyException();
    pool.give(spare);
    assertThat(pool.idleBytes()).isZero();
    assertThat(driver.freeBytes()).isEqualTo(100 * MEGABYTE);
  }

  /// Or it would write to address 0.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLibraryIsGivenMemoryThoughTheDeviceIsLost(boolean inStream) {
    var lost = new DevicePool(driver, inStream);
    EmulatedLoss.lose(driver);

    assertGivesWhatIsThrownAway(lost);
  }

  @Test
  void itIsGivenMemoryThoughTheDeviceIsLostAndSomeIsIdle() {
    var lost = new DevicePool(driver, false);
    lost.give(lost.take(MEGABYTE));
    EmulatedLoss.lose(driver);

    assertGivesWhatIsThrownAway(lost);
  }

  private static void assertGivesWhatIsThrownAway(DevicePool lost) {
    long spare = lost.takeForLibrary(MEGABYTE);
    assertThat(spare).isNotZero();
    assertThatThrownBy(lost::throwIfRefused).isInstanceOf(EngineException.class);
    lost.giveFromLibrary(spare);
    assertThat(lost.idleBytes()).isZero();
  }
}
