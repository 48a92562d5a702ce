package io.inkstream.engine.estimate;

import io.inkstream.engine.device.DeviceBusyException;
import io.inkstream.engine.device.OutOfDeviceMemoryException;
import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.estimate.DeviceShare.Stays;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.DeviceRoom;
import io.inkstream.engine.runtime.DeviceRoom.Stay;
import java.util.List;
import java.util.Optional;

/// Whether there is room for a load where it will be drawn.
///
/// @param model of what loads take there
/// @param devices that it is drawn on, with what it takes of each; none without one
public record MemoryBudget(MemoryModel model, List<DeviceShare> devices) {
  public MemoryBudget {
    devices = List.copyOf(devices);
  }

  /// Of a device that draws all by itself.
  public static MemoryBudget of(MemoryModel model, DeviceRoom room) {
    return new MemoryBudget(model, List.of(DeviceShare.whole(model, room)));
  }

  /// Compares what the load takes with what the system or the container have left, and with what a
  /// device has when nothing else is drawn.
  ///
  /// @throws InvalidRequestException if there is not that much
  /// @throws DeviceBusyException if others have a part of the device that they may give back
  public void requireRoomFor(Load load) {
    requireOfHost(load, model.of(load));
    devices.forEach(share -> requireOf(share, load));
  }

  private static void requireOf(DeviceShare share, Load load) {
    long needed = share.needed(load);
    long available = share.room().available();
    long most = Math.max(share.room().most(), available);
    if (needed > most) {
      throw tooLarge(load.size(), needed, memoryOf(share), gigabytes(most) + " are free");
    }
    if (needed > available) {
      throw busy(share, load, gigabytes(available) + " are free");
    }
  }

  /// Takes the load's room on all its devices or on none, for as long as it is drawn.
  ///
  /// @throws InvalidRequestException if there is too little of the host's memory
  /// @throws DeviceBusyException if there is too little of a device's now
  public Stay take(Load load) {
    requireRoomFor(load);
    return Stays.of(devices, share -> take(share, load));
  }

  private static Stay take(DeviceShare share, Load load) {
    try {
      return share.room().take(share.needed(load));
    } catch (DeviceBusyException e) {
      throw busy(share, load, String.valueOf(e.getMessage()));
    }
  }

  /// What becomes of a load whose drawing found less memory than was worked out.
  ///
  /// @param stay its room
  public RuntimeException failed(Load load, Stay stay, OutOfDeviceMemoryException failure) {
    boolean others = !stay.isAlone() || devices.stream().anyMatch(MemoryBudget::isUsedByOthers);
    String message =
        "size is %dx%d: %s"
            .formatted(load.size().pixelWidth(), load.size().pixelHeight(), failure.getMessage());
    return others ? new DeviceBusyException(message) : new InvalidRequestException("size", message);
  }

  private static boolean isUsedByOthers(DeviceShare share) {
    return share.room().available() < share.room().most();
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

  private static DeviceBusyException busy(DeviceShare share, Load load, String now) {
    String wanted = wanted(load.size(), share.needed(load), memoryOf(share));
    return new DeviceBusyException(wanted + now + " now, others use it");
  }

  private static String memoryOf(DeviceShare share) {
    return "of " + share.device() + "'s memory";
  }

  private static String wanted(LatentSize size, long needed, String what) {
    return "size is %dx%d: drawing it takes about %s %s, "
        .formatted(size.pixelWidth(), size.pixelHeight(), gigabytes(needed), what);
  }

  private static String gigabytes(long bytes) {
    return "%.1f GB".formatted(bytes / 1e9);
  }
}
