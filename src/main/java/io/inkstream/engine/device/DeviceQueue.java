package io.inkstream.engine.device;

import io.inkstream.engine.device.DeviceDriver.Mark;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// What a device is given its work by.
///
/// @param inStream whether ONNX Runtime's runs take their place in the driver's stream of runs;
///   otherwise it runs them in a stream of its own, and the host waits before and after each
/// @param pool of its memory
/// @param traffic counts the copies between it and the host
/// @param landing of what the host reads
/// @param order held by whoever gives it work, so that runs do not mix
/// @param here where its runs are, for other devices to wait for. Whoever moves it on meanwhile
///   makes them wait for a little more; in no circle, since what a mark stands for has been begun
///   before
public record DeviceQueue(
    DeviceDriver driver,
    boolean inStream,
    DevicePool pool,
    Traffic traffic,
    Landing landing,
    Lock order,
    Mark here) {
  public DeviceQueue(DeviceDriver driver, boolean inStream) {
    this(driver, inStream, new Traffic());
  }

  private DeviceQueue(DeviceDriver driver, boolean inStream, Traffic traffic) {
    this(
        driver,
        inStream,
        new DevicePool(driver, inStream),
        traffic,
        new Landing(driver, traffic),
        new ReentrantLock(),
        driver.mark());
  }
}
