package io.inkstream.engine.device;

import io.inkstream.engine.device.DeviceDriver.Mark;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// What a device is given its work by.
///
/// @param pool of its memory
/// @param traffic counts the copies between it and the host
/// @param order held by whoever gives it work, so that runs do not mix
/// @param here where its runs are, for other devices to wait for. Whoever moves it on meanwhile
///   makes them wait for a little more; in no circle, since what a mark stands for has been begun
///   before
public record DeviceQueue(
    DeviceDriver driver, DevicePool pool, Traffic traffic, Lock order, Mark here) {
  public DeviceQueue(DeviceDriver driver) {
    this(driver, new DevicePool(driver), new Traffic(), new ReentrantLock(), driver.mark());
  }
}
