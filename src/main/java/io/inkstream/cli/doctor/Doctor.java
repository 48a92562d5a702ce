package io.inkstream.cli.doctor;

import io.inkstream.engine.hub.HubException;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.server.config.AccessSettings;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.DenoisingSettings;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.FileSettings;
import io.inkstream.server.config.HubDownload;
import io.inkstream.server.config.InputSettings;
import io.inkstream.server.config.JobSettings;
import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.config.OutputSettings;
import io.inkstream.server.config.Places;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.config.SettingException;
import io.inkstream.server.config.SettingValues;
import io.inkstream.server.config.WebhookValues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Looks at everything that a server with these settings needs.
public record Doctor(SettingValues values) {
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  /// What was found, in the order in which to mend it.
  public List<Finding> findings() {
    List<Finding> all = new ArrayList<>(HostChecks.ofThisProcess().findings().toList());
    addSettings(all);
    guarded(all, () -> new PlaceChecks(Places.of(values)).findings().toList());
    guarded(
        all,
        () -> Places.redis(values).map(RedisCheck::new).map(RedisCheck::finding).stream().toList());
    guarded(all, this::model);
    return all;
  }

  private void addSettings(List<Finding> all) {
    var before = all.size();
    guarded(
        all,
        () -> {
          var engine = EngineSettings.from(values);
          ServerSettings.from(engine.model(), values);
          OperationSettings.from(values);
          AccessSettings.from(values);
          OutputSettings.from(values);
          FileSettings.from(values);
          InputSettings.from(values);
          JobSettings.from(values);
          WebhookValues.from(values);
          DenoisingSettings.from(values, CacheDitSettings.from(values));
          return values.warnings().stream()
              .map(line -> Finding.warning("settings", line, "leave it out"))
              .toList();
        });
    if (all.size() == before) {
      all.add(Finding.ok("settings", "all are allowed"));
    }
  }

  private List<Finding> model() {
    var engine = EngineSettings.from(values);
    var missing = HubDownload.missing(engine, values, System.getenv());
    return new ModelChecks(engine, missing, DRIVER).findings();
  }

  private static void guarded(List<Finding> all, Supplier<List<Finding>> looked) {
    try {
      all.addAll(looked.get());
    } catch (SettingException | SnapshotException | HubException e) {
      var fault = Finding.fault("settings", String.valueOf(e.getMessage()), "");
      if (!all.contains(fault)) {
        all.add(fault);
      }
    }
  }
}
