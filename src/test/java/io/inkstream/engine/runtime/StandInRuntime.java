package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.StandInCard;

/// A device as MIGraphX makes it of a card of AMD's, as far as there is none: the driver by HIP's
/// names over a library that stands in, graphs of the standard's older operators, and runs in a
/// stream that is not the driver's.
public final class StandInRuntime {
  private static final Device DEVICE = new Device(Device.Kind.EMULATED, 900);

  private StandInRuntime() {}

  /// Starts it; where nothing compiles C, the test is skipped.
  public static OnnxRuntime start() {
    var settings = new RuntimeSettings(0, true, DeviceSettings.of(DEVICE));
    var library = OrtLibrary.of(settings);
    var provider = new EmulatedProvider(Place.host(library.api()), true);
    return new DeviceRuntime(library, settings.deviceSettings(), StandInCard.amd(), provider);
  }
}
