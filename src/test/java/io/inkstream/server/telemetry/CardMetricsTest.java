package io.inkstream.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.LostDevice;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ReplicaState;
import io.inkstream.server.jobs.StandInGenerator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CardMetricsTest {
  private static final int FIRST = 550;

  private final List<DeviceRuntime> devices =
      IntStream.range(FIRST, FIRST + 2)
          .mapToObj(ordinal -> EmulatedDevice.runtime(ordinal).onDevice().orElseThrow())
          .toList();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ModelSlot model = new ModelSlot();

  private static final class Replicas extends StandInGenerator {
    private final List<ReplicaState> replicas;

    Replicas(List<ReplicaState> replicas) {
      this.replicas = replicas;
    }

    @Override
    public List<ReplicaState> replicas() {
      return replicas;
    }
  }

  private ReplicaState replica(int index, int drawing, boolean lost) {
    var device = devices.get(index).device();
    return new ReplicaState(
        List.of(device.label()),
        drawing,
        lost
            ? Optional.of(new LostDeviceException(device, new EngineException("gone")))
            : Optional.empty());
  }

  private double gauge(String name, int device) {
    return registry.get(name).tag("device", "emulated:" + (FIRST + device)).gauge().value();
  }

  private double counter(String name, int device, String key, String value) {
    return registry
        .get(name)
        .tag("device", "emulated:" + (FIRST + device))
        .tag(key, value)
        .functionCounter()
        .count();
  }

  @Test
  void eachCardIsCountedByItself() {
    CardMetrics.register(registry, model, devices);
    double before = counter("inkstream.device.copied", 1, "direction", "up");
    double other = counter("inkstream.device.copied", 0, "direction", "up");

    try (var tensor = devices.get(1).memory(DType.F32).take(Tensor.zeros(256))) {
      assertThat(tensor.bytes()).isEqualTo(1024);
      assertThat(counter("inkstream.device.copied", 1, "direction", "up") - before).isEqualTo(1024);
    }

    assertThat(counter("inkstream.device.copied", 0, "direction", "up")).isEqualTo(other);
    assertThat(gauge("inkstream.device.idle", 1)).isGreaterThanOrEqualTo(1024);
    assertThat(counter("inkstream.device.weights.read", 0, "from", "device")).isZero();
  }

  @Test
  void aLostCardIsDownAndItsMemoryIsNoNumber() {
    CardMetrics.register(registry, model, devices);
    assertThat(gauge("inkstream.device.up", 0)).as("while it loads").isEqualTo(1);
    model.put(new Replicas(List.of(replica(0, 0, true), replica(1, 2, false))), Duration.ZERO);

    try (var _ = new LostDevice(devices.getFirst())) {
      assertThat(gauge("inkstream.device.up", 0)).isZero();
      assertThat(gauge("inkstream.device.memory.used", 0)).isNaN();
    }
    assertThat(gauge("inkstream.device.up", 1)).isEqualTo(1);
    assertThat(gauge("inkstream.device.drawing", 1)).isEqualTo(2);
    assertThat(gauge("inkstream.device.memory.used", 1)).isNotNaN();
  }
}
