package io.inkstream;

import io.inkstream.cli.commands.InkstreamCommand;
import io.quarkus.runtime.annotations.QuarkusMain;

/// Where the process begins: every start is a command; `serve` starts the server.
@QuarkusMain
public final class Application {
  private Application() {}

  public static void main(String[] args) {
    Installation.announce();
    System.exit(InkstreamCommand.run(args));
  }
}
