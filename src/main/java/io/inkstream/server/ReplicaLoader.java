package io.inkstream.server;

import io.inkstream.engine.model.Placement;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.server.config.EngineSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Loads the model as often as there are replicas, one after the other: a later one takes weights
/// from an earlier one's devices. Says where each one's parts will lie.
///
/// @param forecastTable a file of forecast tables beside the model's own
/// @param adapters of these settings, for all of them
record ReplicaLoader(EngineSettings engine, Optional<Path> forecastTable, AdapterShelf adapters) {
  private static final Logger LOG = Logger.getLogger(ReplicaLoader.class);

  /// All of them, or none. The caller closes them.
  ///
  /// @throws RuntimeException as [PipelineGenerator#load]
  List<PipelineGenerator> load() {
    List<PipelineGenerator> loaded = new ArrayList<>();
    try {
      for (int replica = 0; replica < replicas(); replica++) {
        loaded.add(load(replica));
      }
      return loaded;
    } catch (RuntimeException e) {
      loaded.forEach(PipelineGenerator::close);
      throw e;
    }
  }

  /// Those of all of them that have memory of their own.
  static List<DeviceRuntime> devices(List<PipelineGenerator> replicas) {
    return replicas.stream()
        .flatMap(replica -> replica.runtimes().all().stream())
        .flatMap(runtime -> runtime.onDevice().stream())
        .toList();
  }

  private PipelineGenerator load(int replica) {
    return PipelineGenerator.load(
        engine, replica, forecastTable, adapters, plan -> say(replica, plan));
  }

  private void say(int replica, Placement plan) {
    String which = replicas() == 1 ? "" : "replica %d of %d: ".formatted(replica + 1, replicas());
    plan.lines().forEach(line -> LOG.infof("%s%s", which, line));
  }

  private int replicas() {
    return engine.cards().parallelism().replicas();
  }
}
