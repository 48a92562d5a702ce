package io.inkstream.cli.commands;

import io.inkstream.server.refusal.Exit;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// What a failed command prints and returns: one line for what a person can mend, a trace for our
/// own mistakes.
final class ExitCodes implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    Refusal refusal = Refusals.of(failure);
    if (refusal.exit() == Exit.MISTAKE) {
      throw failure;
    }
    command.getErr().println("inkstream: " + line(failure, refusal.param(), command));
    return refusal.exit().code();
  }

  private static String line(Exception failure, @Nullable String param, CommandLine command) {
    return switch (failure) {
      case IOException e -> reason(e);
      default ->
          param == null
              ? message(failure)
              : new OptionNames(command.getCommandSpec()).in(message(failure), param);
    };
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
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
}
