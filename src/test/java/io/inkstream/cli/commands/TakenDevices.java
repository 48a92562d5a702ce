package io.inkstream.cli.commands;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassNotLoadedException;
import com.sun.jdi.InvalidTypeException;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector.Argument;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Takes a server's emulated devices away from outside: as its debugger, it writes to the field
/// that says whether they are there.
final class TakenDevices implements AutoCloseable {
  private static final String DRIVER = "io.inkstream.engine.device.EmulatedDriver";
  private static final String FIELD = "lost";

  private final ListeningConnector connector;
  private final Map<String, Argument> arguments;
  private final String address;
  private final CompletableFuture<VirtualMachine> machine;

  TakenDevices() throws Exception {
    connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(each -> each.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    arguments = connector.defaultArguments();
    arguments.get("localAddress").setValue("localhost");
    address = connector.startListening(arguments);
    machine = CompletableFuture.supplyAsync(this::accept);
  }

  private VirtualMachine accept() {
    try {
      return connector.accept(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IllegalStateException(e);
    }
  }

  /// With which the server's Java machine is to be started.
  String javaOptions() {
    return "-agentlib:jdwp=transport=dt_socket,server=n,suspend=n,address=" + address;
  }

  /// All of them.
  ///
  /// @return how many there were
  int take() throws InvalidTypeException, ClassNotLoadedException {
    int taken = 0;
    for (ReferenceType driver : machine.join().classesByName(DRIVER)) {
      for (ObjectReference device : driver.instances(0)) {
        device.setValue(driver.fieldByName(FIELD), machine.join().mirrorOf(true));
        taken++;
      }
    }
    return taken;
  }

  @Override
  public void close() throws IOException, IllegalConnectorArgumentsException {
    connector.stopListening(arguments);
  }
}
