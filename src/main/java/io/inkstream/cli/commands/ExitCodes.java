package io.inkstream.cli.commands;

import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.NonFiniteLatentsException;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.EngineException;
import io.inkstream.engine.textencoder.TokenizerException;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.server.config.SettingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// What a failed command prints and returns: one line for what a person can mend, a trace for our
/// own mistakes.
final class ExitCodes implements IExecutionExceptionHandler {
  static final int CANCELLED = 130;

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    return switch (failure) {
      case CancelledException cancelled -> say(command, "cancelled", CANCELLED);
      case SnapshotException e -> say(command, message(e), CommandLine.ExitCode.SOFTWARE);
      case TokenizerException e -> say(command, message(e), CommandLine.ExitCode.SOFTWARE);
      case SettingException e -> say(command, message(e), CommandLine.ExitCode.USAGE);
      case InvalidRequestException e -> say(command, option(e), CommandLine.ExitCode.USAGE);
      case NonFiniteLatentsException e -> say(command, message(e), CommandLine.ExitCode.SOFTWARE);
      case EngineException e -> say(command, message(e), CommandLine.ExitCode.SOFTWARE);
      case IOException e -> say(command, reason(e), CommandLine.ExitCode.SOFTWARE);
      default -> throw failure;
    };
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }

  /// The message with the option's name instead of the wire's.
  private static String option(InvalidRequestException failure) {
    String name = failure.parameter();
    String option = name.equals("n") ? "--num-outputs-per-prompt" : "--" + name.replace('_', '-');
    String message = message(failure);
    return message.startsWith(name + " ")
        ? option + message.substring(name.length())
        : option + ": " + message;
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> e.getFile() + ": does not exist";
      case AccessDeniedException e -> e.getFile() + ": access denied";
      case FileSystemException e ->
          e.getFile() + ": " + Objects.requireNonNullElse(e.getReason(), e.toString());
      default -> message(failure);
    };
  }

  private static int say(CommandLine command, String line, int exitCode) {
    command.getErr().println("inkstream: " + line);
    return exitCode;
  }
}
