package io.inkstream.engine.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.DeviceBusyException;
import io.inkstream.engine.estimate.MemoryModel.OnDevice;
import io.inkstream.engine.estimate.MemoryModel.Sizes;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.DeviceRoom;
import io.inkstream.engine.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final MemoryModel FULL =
      new OnDevice(new Sizes(3072, 60, 64, 3584, 96), DType.BF16);
  private static final long GIGABYTE = 1_000_000_000;

  /// A device with room for so many gigabytes.
  private record Room(long most, long available, long promised, List<Long> stays)
      implements DeviceRoom {
    static MemoryBudget of(long most, long available, long promised) {
      return MemoryBudget.of(FULL, room(most, available, promised));
    }

    static Room room(long most, long available, long promised) {
      return new Room(
          most * GIGABYTE, available * GIGABYTE, promised * GIGABYTE, new ArrayList<>());
    }

    @Override
    public Stay take(long bytes) {
      if (bytes > available - promised) {
        throw new DeviceBusyException("little is free");
      }
      stays.add(bytes);
      return new Room.Guest(stays, bytes);
    }

    private record Guest(List<Long> stays, Long bytes) implements Stay {
      @Override
      public boolean isAlone() {
        return stays.size() == 1;
      }

      @Override
      public void close() {
        stays.remove(bytes);
      }
    }
  }

  private static MemoryBudget onTwo(Room first, Room second) {
    return new MemoryBudget(
        FULL,
        List.of(
            new DeviceShare("cuda:0", first, _ -> 2 * GIGABYTE),
            new DeviceShare("cuda:1", second, _ -> 5 * GIGABYTE)));
  }

  private static Load picture(int side) {
    return Load.ofOnePicture(LatentSize.ofPixels(side, side, 8), 50);
  }

  @Test
  void whatTheDeviceHasRoomForIsAdmitted() {
    assertThatCode(() -> Room.of(6, 6, 0).requireRoomFor(picture(1024))).doesNotThrowAnyException();
  }

  @Test
  void whatIsTooLargeForTheDeviceIsRefusedByItsSize() {
    assertThatThrownBy(() -> Room.of(6, 6, 0).requireRoomFor(picture(2048)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "size is 2048x2048: drawing it takes about 10.7 GB of the device's memory, 6.0 GB are"
                + " free");
  }

  @Test
  void whatOthersHaveTheRoomOfIsBusy() {
    assertThatThrownBy(() -> Room.of(30, 6, 0).requireRoomFor(picture(2048)))
        .isInstanceOf(DeviceBusyException.class)
        .hasMessage(
            "size is 2048x2048: drawing it takes about 10.7 GB of the device's memory, 6.0 GB are"
                + " free now, others use it");
  }

  @Test
  void moreThanWasFreeWhenTheModelWasLoadedIsAdmittedIfItIsFreeNow() {
    assertThatCode(() -> Room.of(6, 30, 0).requireRoomFor(picture(2048)))
        .doesNotThrowAnyException();
  }

  @Test
  void whatOtherPicturesWerePromisedIsBusyWhenItBegins() {
    var budget = Room.of(30, 30, 20);

    assertThatCode(() -> budget.requireRoomFor(picture(2048))).doesNotThrowAnyException();
    assertThatThrownBy(() -> budget.take(picture(2048)))
        .isInstanceOf(DeviceBusyException.class)
        .hasMessageEndingWith("little is free now, others use it");
    try (var room = budget.take(picture(1024))) {
      assertThat(room.isAlone()).isTrue();
    }
  }

  @Test
  void aPictureHasRoomOnAllOfItsDevicesUntilItEnds() {
    var first = Room.room(6, 6, 0);
    var second = Room.room(6, 6, 0);
    try (var stay = onTwo(first, second).take(picture(1024))) {
      assertThat(first.stays()).containsExactly(2 * GIGABYTE);
      assertThat(second.stays()).containsExactly(5 * GIGABYTE);
      assertThat(stay.isAlone()).isTrue();
      second.take(GIGABYTE);
      assertThat(stay.isAlone()).isFalse();
    }
    assertThat(first.stays()).isEmpty();
    assertThat(second.stays()).containsExactly(GIGABYTE);
  }

  @Test
  void aPictureThatOneOfItsDevicesHasNoRoomForHasNoneOnAny() {
    var first = Room.room(6, 6, 0);
    var second = Room.room(6, 6, 2);
    assertThatThrownBy(() -> onTwo(first, second).take(picture(1024)))
        .isInstanceOf(DeviceBusyException.class)
        .hasMessage(
            "size is 1024x1024: drawing it takes about 5.0 GB of cuda:1's memory, little is free"
                + " now, others use it");
    assertThat(first.stays()).isEmpty();
    assertThat(second.stays()).isEmpty();
  }

  @Test
  void theDeviceThatIsTooSmallIsNamed() {
    assertThatThrownBy(
            () -> onTwo(Room.room(6, 6, 0), Room.room(4, 4, 0)).requireRoomFor(picture(1024)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "size is 1024x1024: drawing it takes about 5.0 GB of cuda:1's memory, 4.0 GB are free");
  }
}
