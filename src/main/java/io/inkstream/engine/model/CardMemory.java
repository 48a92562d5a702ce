package io.inkstream.engine.model;

import io.inkstream.engine.runtime.DeviceRuntime;

/// A device that a plan is for.
///
/// @param name `cuda:1`
/// @param budget bytes of it that may be used
record CardMemory(String name, long budget) {
  static CardMemory of(DeviceRuntime device) {
    return new CardMemory(device.device().label(), device.budget());
  }

  CardMemory with(long other) {
    return new CardMemory(name, other);
  }
}
