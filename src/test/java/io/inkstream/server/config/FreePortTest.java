package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A busy port is moved, as SGLang's, unless `--strict-ports`.
class FreePortTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @Test
  void aPortThatSomebodyListensOnIsLeftForOneAbove() throws IOException {
    try (var busy = new ServerSocket(0, 1, HERE)) {
      var moved = ports(busy.getLocalPort(), "false");

      assertThat(moved).containsOnlyKeys("quarkus.http.port");
      int port = Integer.parseInt(moved.get("quarkus.http.port"));
      assertThat(port).isGreaterThan(busy.getLocalPort());
      try (var taken = new ServerSocket(port, 1, HERE)) {
        assertThat(taken.isBound()).isTrue();
      }
    }
  }

  @Test
  void aStrictPortIsNotMoved() throws IOException {
    try (var busy = new ServerSocket(0, 1, HERE)) {
      assertThat(ports(busy.getLocalPort(), "true")).isEmpty();
    }
  }

  @Test
  void aFreePortStays() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, HERE)) {
      port = free.getLocalPort();
    }
    assertThat(ports(port, "false")).isEmpty();
    assertThat(ports(0, "false")).isEmpty();
  }

  @Test
  void whereNoneIsFreeTheFirstIsNamed() throws IOException {
    try (var busy = new ServerSocket(65_535, 1, HERE)) {
      assertThatThrownBy(() -> ports(busy.getLocalPort(), "false"))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("is '65535', and no port from there on is free");
    }
  }

  private static Map<String, String> ports(int port, String strict) {
    return FreePort.properties(
        Given.properties(
            Map.of(
                "quarkus.http.host", HERE.getHostAddress(),
                "quarkus.http.port", String.valueOf(port),
                "inkstream.strict-ports", strict)));
  }
}
