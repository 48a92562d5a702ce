package io.inkstream.cli.doctor;

import io.inkstream.engine.device.Amount;
import io.inkstream.server.config.Places;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/// Looks at where a server listens and writes.
record PlaceChecks(Places places) {
  private static final long LITTLE = 1L << 30;

  Stream<Finding> findings() {
    return Stream.concat(
        Stream.of(port()),
        places.folders().entrySet().stream().map(one -> folder(one.getKey(), one.getValue())));
  }

  private Finding port() {
    String address = places.host() + ":" + places.port();
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(places.host()), places.port()));
      return Finding.ok("port", address);
    } catch (UnknownHostException e) {
      return Finding.fault(
          "port", address + " is no address", "--host names one of this machine's");
    } catch (IOException e) {
      return Finding.fault(
          "port",
          address + " cannot be listened on (" + e.getMessage() + ")",
          "stop who has it, or name another with --port; 0 takes a free one");
    }
  }

  private static Finding folder(String what, Path folder) {
    try {
      Path there = nearest(folder.toAbsolutePath());
      Files.delete(Files.createTempFile(there, ".doctor", ""));
      long room = Files.getFileStore(there).getUsableSpace();
      String found = "%s, %s free".formatted(folder, Amount.bytes(room));
      return room < LITTLE
          ? Finding.warning(what, found, "make room: it is soon full")
          : Finding.ok(what, found);
    } catch (IOException e) {
      return Finding.fault(
          what, folder + " cannot be written", "change its owner, or name another folder");
    }
  }

  /// The folder, or what it would be made in.
  private static Path nearest(Path folder) {
    return Stream.iterate(folder, Objects::nonNull, Path::getParent)
        .filter(Files::exists)
        .findFirst()
        .orElse(folder);
  }
}
