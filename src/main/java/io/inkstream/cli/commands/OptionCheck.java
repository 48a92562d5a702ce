package io.inkstream.cli.commands;

import java.util.Collection;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Refuses values of a command's options in a line that says what is allowed.
record OptionCheck(CommandSpec command) {
  void oneOf(String option, String value, Collection<String> allowed) {
    require(allowed.contains(value), option, value, String.join(", ", allowed));
  }

  void atLeast(String option, long value, long least) {
    require(value >= least, option, value, least + " or more");
  }

  void require(boolean allowed, String option, Object value, String must) {
    if (!allowed) {
      throw wrong(option, value, must);
    }
  }

  ParameterException wrong(String option, Object value, String must) {
    return refused("%s is '%s', must be %s".formatted(option, value, must));
  }

  ParameterException refused(String line) {
    return new ParameterException(command.commandLine(), line);
  }
}
