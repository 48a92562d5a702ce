package io.inkstream.engine.estimate;

import io.inkstream.engine.runtime.DeviceRoom;
import io.inkstream.engine.runtime.DeviceRoom.Stay;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// What loads take of the room on one device.
///
/// @param device its name in what is said of it: `the device`, `cuda:1`
/// @param need bytes that a load takes of it at its peak
public record DeviceShare(String device, DeviceRoom room, ToLongFunction<Load> need) {
  /// That of a device which draws all by itself.
  public static DeviceShare whole(MemoryModel model, DeviceRoom room) {
    return new DeviceShare("the device", room, load -> model.of(load).device());
  }

  long needed(Load load) {
    return need.applyAsLong(load);
  }

  /// The stays of one picture on several devices, as one.
  record Stays(List<Stay> all) implements Stay {
    Stays {
      all = List.copyOf(all);
    }

    /// Takes room on each, or on none.
    ///
    /// @param take of a share
    static Stay of(List<DeviceShare> shares, Function<DeviceShare, Stay> take) {
      List<Stay> taken = new ArrayList<>();
      try {
        shares.forEach(share -> taken.add(take.apply(share)));
        return new Stays(taken);
      } catch (RuntimeException e) {
        new Stays(taken).close();
        throw e;
      }
    }

    /// Whether no other picture has room on any of them; so it is where there is none.
    @Override
    public boolean isAlone() {
      return all.stream().allMatch(Stay::isAlone);
    }

    @Override
    public void close() {
      all.reversed().forEach(Stay::close);
    }
  }
}
