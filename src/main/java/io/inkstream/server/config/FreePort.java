package io.inkstream.server.config;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;

/// Where the server listens when somebody listens on its port already, and it may move.
public final class FreePort {
  private static final int LAST = 65_535;

  private FreePort() {}

  /// Quarkus's property with the port to take instead; none if the port is free, or must be taken.
  ///
  /// @throws SettingException if a value is not allowed, or no port above it is free
  public static Map<String, String> properties(SettingValues values) {
    if (values.get(ServingEntries.STRICT_PORTS)) {
      return Map.of();
    }
    var setting = ServingEntries.PORT;
    int asked =
        values
            .find(setting)
            .or(() -> values.find(ServingEntries.PORT_OF_PLATFORM))
            .orElseGet(() -> setting.read(setting.shown(), false));
    String host = values.find(ServingEntries.HOST).orElseGet(ServingEntries.HOST::shown);
    for (int port = asked; port <= LAST; port++) {
      if (isFree(host, port)) {
        return port == asked ? Map.of() : Map.of(setting.property(), String.valueOf(port));
      }
    }
    throw values.wrong(setting, "is '%d', and no port from there on is free".formatted(asked));
  }

  private static boolean isFree(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
      return true;
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      return true; // the server says better what is wrong with the address
    }
  }
}
