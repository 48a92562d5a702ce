package io.inkstream.engine.device;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// What a device is given its work by.
///
/// @param pool of its memory
/// @param traffic counts the copies between it and the host
/// @param order held by whoever gives it work, so that runs do not mix
public record DeviceQueue(DeviceDriver driver, DevicePool pool, Traffic traffic, Lock order) {
  public DeviceQueue(DeviceDriver driver) {
    this(driver, new DevicePool(driver), new Traffic(), new ReentrantLock());
  }
}
