package io.inkstream.server.studio;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What the generator of commands chooses from.
///
/// @param settings of the server, without their values
/// @param checkpoints that may be deployed
@RegisterForReflection
record DeployTable(List<SettingEntry> settings, List<Checkpoint> checkpoints) {
  static DeployTable create() {
    return new DeployTable(SettingEntry.all(), Checkpoint.all());
  }
}
