package io.inkstream.engine.runtime;

import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.device.Parallelism;
import java.util.List;
import java.util.Optional;

/// The devices that one model runs on.
///
/// @param parallelism how they share the work of a picture
/// @param all lane after lane, of each its stages
public record Runtimes(Parallelism parallelism, List<OnnxRuntime> all) {
  public Runtimes {
    all = List.copyOf(all);
  }

  /// One device.
  public static Runtimes of(OnnxRuntime one) {
    return new Runtimes(Parallelism.NONE, List.of(one));
  }

  /// Starts those of a replica, or returns those that run.
  ///
  /// @param settings of the first device of all
  /// @throws io.inkstream.engine.device.EngineException if one does not start
  public static Runtimes start(RuntimeSettings settings, Parallelism parallelism, int replica) {
    return new Runtimes(
        parallelism,
        parallelism.devices(settings.device(), replica).stream()
            .map(settings::on)
            .map(OnnxRuntime::start)
            .toList());
  }

  /// How one of them is lost, if one is; to be asked after a failure.
  public Optional<LostDeviceException> loss() {
    return all.stream().flatMap(runtime -> runtime.loss().stream()).findFirst();
  }

  /// That which does what is done once for a picture.
  public OnnxRuntime first() {
    return all.getFirst();
  }
}
