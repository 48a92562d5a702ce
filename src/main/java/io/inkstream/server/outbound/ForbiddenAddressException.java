package io.inkstream.server.outbound;

import java.io.IOException;
import java.net.InetAddress;

/// A host has an address that may not be asked.
public final class ForbiddenAddressException extends IOException {
  ForbiddenAddressException(InetAddress address, String setting) {
    super("the host's address %s is not in --%s".formatted(address.getHostAddress(), setting));
  }
}
