package io.inkstream.cli.commands;

import io.inkstream.cli.doctor.Doctor;
import io.inkstream.cli.doctor.Finding;
import io.inkstream.cli.doctor.Finding.Level;
import io.inkstream.server.config.Settings;
import io.inkstream.server.refusal.Exit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `inkstream doctor`: whether `serve` with the same settings would work, and what to do if not.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    description = {
      "Looks at this machine and at what a server with the same settings needs: a",
      "line each, and what to do. The exit code is 1 if there is a fault."
    })
final class DoctorCommand implements Callable<Integer>, SettingOptions.Bearer {
  @Spec private CommandSpec spec;

  @Override
  public SettingOptions settings() {
    return new SettingOptions(Settings.GROUPS);
  }

  @Override
  public Integer call() {
    List<Finding> findings = new Doctor(settings().values(spec)).findings();
    findings.forEach(one -> spec.commandLine().getOut().println(Report.printable(one.toString())));
    return findings.stream().anyMatch(one -> one.level() == Level.FAULT) ? Exit.FAILED.code() : 0;
  }
}
