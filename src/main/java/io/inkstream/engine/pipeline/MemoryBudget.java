package io.inkstream.engine.pipeline;

import io.inkstream.engine.device.DeviceBusyException;
import io.inkstream.engine.device.OutOfDeviceMemoryException;
import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.runtime.DeviceRoom;
import io.inkstream.engine.runtime.DeviceRoom.Stay;
import java.util.Optional;

/// Whether there is room for a load where it will be drawn.
///
/// @param model of what loads take there
/// @param device the room on a device; empty without one
public record MemoryBudget(MemoryModel model, Optional<DeviceRoom> device) {
  private static final String ON_DEVICE = "of the device's memory";

  /// Compares what the load takes with what the system or the container have left, and with what a
  /// device has when nothing else is drawn.
  ///
  /// @throws InvalidRequestException if there is not that much
  /// @throws DeviceBusyException if others have a part of the device that they may give back
  public void requireRoomFor(Load load) {
    var needed = model.of(load);
    requireOfHost(load, needed);
    device.ifPresent(room -> {
      long most = Math.max(room.most(), room.available());
      if (needed.device() > most) {
        throw tooLarge(load.size(), needed.device(), ON_DEVICE, gigabytes(most) + " are free");
      }
      if (needed.device() > room.available()) {
        throw busy(load.size(), needed.device(), gigabytes(room.available()) + " are free");
      }
    });
  }

  /// Takes the load's room on the device, for as long as it is drawn.
  ///
  /// @throws InvalidRequestException if there is too little of the host's memory
  /// @throws DeviceBusyException if there is too little of the device's now
  Stay take(Load load) {
    requireRoomFor(load);
    return device.map(room -> take(room, load)).orElse(NOWHERE);
  }

  private Stay take(DeviceRoom room, Load load) {
    long needed = model.of(load).device();
    try {
      return room.take(needed);
    } catch (DeviceBusyException e) {
      throw busy(load.size(), needed, String.valueOf(e.getMessage()));
    }
  }

  /// What becomes of a load whose drawing found less memory than was worked out.
  ///
  /// @param stay its room
  RuntimeException failed(Load load, Stay stay, OutOfDeviceMemoryException failure) {
    boolean others =
        !stay.isAlone() || device.map(room -> room.available() < room.most()).orElse(false);
    String message =
        "size is %dx%d: %s"
            .formatted(load.size().pixelWidth(), load.size().pixelHeight(), failure.getMessage());
    return others ? new DeviceBusyException(message) : new InvalidRequestException("size", message);
  }

  private void requireOfHost(Load load, Footprint needed) {
    long free = SystemMemory.available().orElse(Long.MAX_VALUE);
    if (needed.host() > free) {
      String fitting =
          fitting(load, free)
              .map(size ->
                  "; about %dx%d would fit".formatted(size.pixelWidth(), size.pixelHeight()))
              .orElse("");
      throw tooLarge(
          load.size(), needed.host(), "of memory", gigabytes(free) + " are free" + fitting);
    }
  }

  /// A size of that shape, smaller by sixteenths of it, for which the host has the memory.
  Optional<LatentSize> fitting(Load load, long free) {
    var size = load.size();
    int unit = size.unit();
    for (int part = 15; part > 0; part--) {
      int width = Math.max(unit, size.pixelWidth() * part / 16);
      int height = Math.max(unit, size.pixelHeight() * part / 16);
      var smaller = LatentSize.ofPixels(width, height, size.vaeScale(), size.patch());
      if (model.of(load.withSize(smaller)).host() <= free) {
        return Optional.of(smaller);
      }
    }
    return Optional.empty();
  }

  private static InvalidRequestException tooLarge(
      LatentSize size, long needed, String what, String free) {
    return new InvalidRequestException("size", wanted(size, needed, what) + free);
  }

  private static DeviceBusyException busy(LatentSize size, long needed, String now) {
    return new DeviceBusyException(wanted(size, needed, ON_DEVICE) + now + " now, others use it");
  }

  private static String wanted(LatentSize size, long needed, String what) {
    return "size is %dx%d: drawing it takes about %s %s, "
        .formatted(size.pixelWidth(), size.pixelHeight(), gigabytes(needed), what);
  }

  private static String gigabytes(long bytes) {
    return "%.1f GB".formatted(bytes / 1e9);
  }

  static final Stay NOWHERE =
      new Stay() {
        @Override
        public boolean isAlone() {
          return true;
        }

        @Override
        public void close() {}
      };
}
