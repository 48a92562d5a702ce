package io.inkstream.cli.commands;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The packaged program as its users have it: the launcher, or the native executable if the build
/// made one (the system property `program` says which).
final class Program {
  private static final Path LAUNCHER = Path.of("inkstream").toAbsolutePath();

  private Program() {}

  static boolean isNative() {
    return !path().equals(LAUNCHER);
  }

  /// A command line that starts it.
  static List<String> command(String... words) {
    List<String> command = new ArrayList<>();
    command.add(path().toString());
    command.addAll(List.of(words));
    return command;
  }

  private static Path path() {
    return Path.of(System.getProperty("program", LAUNCHER.toString())).toAbsolutePath();
  }
}
