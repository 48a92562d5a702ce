package io.inkstream.cli.commands;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `man`: the manual page.
@Command(
    name = "man",
    mixinStandardHelpOptions = true,
    description = "Prints the manual page: inkstream man | man -l -")
final class ManCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    spec.commandLine().getOut().print(ManPage.of(spec.parent()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
