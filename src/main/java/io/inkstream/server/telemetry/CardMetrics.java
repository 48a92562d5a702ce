package io.inkstream.server.telemetry;

import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ReplicaState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/// What each device with memory of its own does, by `device`: `inkstream_device_up`, `_drawing`,
/// `_memory_used_bytes`, `_weights_bytes` and `_idle_bytes` (not a number of a lost one),
/// `inkstream_device_copied_bytes_total{direction}` and
/// `inkstream_device_weights_read_bytes_total{from}`.
///
/// @param model whose replicas say what is lost
public record CardMetrics(MeterRegistry registry, ModelSlot model) {
  private static final String PREFIX = "inkstream.device.";

  /// @param devices of all replicas
  public static void register(
      MeterRegistry registry, ModelSlot model, List<DeviceRuntime> devices) {
    var metrics = new CardMetrics(registry, model);
    devices.forEach(metrics::register);
  }

  private void register(DeviceRuntime device) {
    String label = device.device().label();
    var tags = Tags.of("device", label);
    Gauge.builder(PREFIX + "up", () -> isLost(label) ? 0 : 1).tags(tags).register(registry);
    Gauge.builder(PREFIX + "drawing", () -> drawing(label)).tags(tags).register(registry);
    bytes("memory.used", label, device::usedBytes);
    bytes("weights", label, device::weightBytes);
    bytes("idle", label, device::idleBytes);
    copied("copied", tags.and("direction", "up"), device, one -> one.copies().upBytes());
    copied("copied", tags.and("direction", "down"), device, one -> one.copies().downBytes());
    copied("copied", tags.and("direction", "across"), device, one -> one.copies().acrossBytes());
    copied("weights.read", tags.and("from", "host"), device, DeviceRuntime::weightsFromHost);
    copied("weights.read", tags.and("from", "device"), device, DeviceRuntime::weightsFromDevices);
  }

  private Optional<ReplicaState> replica(String device) {
    return model.replicas().stream()
        .filter(replica -> replica.devices().contains(device))
        .findFirst();
  }

  private boolean isLost(String device) {
    return replica(device).map(ReplicaState::isLost).orElse(false);
  }

  private int drawing(String device) {
    return replica(device).map(ReplicaState::drawing).orElse(0);
  }

  /// A lost device says no more of its memory.
  private void bytes(String name, String label, LongSupplier value) {
    Gauge.builder(PREFIX + name, () -> isLost(label) ? Double.NaN : (double) value.getAsLong())
        .baseUnit("bytes")
        .tags("device", label)
        .register(registry);
  }

  // The registry holds the device weakly, which lives as long as the process.
  private void copied(
      String name, Tags tags, DeviceRuntime device, ToDoubleFunction<DeviceRuntime> bytes) {
    FunctionCounter.builder(PREFIX + name, device, bytes)
        .baseUnit("bytes")
        .tags(tags)
        .register(registry);
  }
}
