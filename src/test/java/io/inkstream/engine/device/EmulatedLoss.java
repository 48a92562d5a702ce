package io.inkstream.engine.device;

/// Takes emulated devices away and brings them back.
public final class EmulatedLoss {
  private EmulatedLoss() {}

  public static void lose(DeviceDriver driver) {
    ((EmulatedDriver) driver).lose();
  }

  public static void find(DeviceDriver driver) {
    ((EmulatedDriver) driver).found();
  }
}
