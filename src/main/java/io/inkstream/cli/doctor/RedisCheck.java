package io.inkstream.cli.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Asks a Redis whether it is there.
///
/// @param address `redis://host:6379`
record RedisCheck(String address) {
  private static final int PATIENCE_MS = 3000;
  private static final int USUAL_PORT = 6379;

  Finding finding() {
    try {
      URI uri = URI.create(address.replaceAll(",.*", "").strip());
      int port = uri.getPort() < 0 ? USUAL_PORT : uri.getPort();
      return ask(String.valueOf(uri.getHost()), port);
    } catch (IllegalArgumentException e) {
      return absent("is no address such as redis://host:6379");
    }
  }

  private Finding ask(String host, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      return judged(host + ":" + port, String.valueOf(answer));
    } catch (IOException | IllegalArgumentException e) {
      return absent("does not answer at " + host + ":" + port);
    }
  }

  private static Finding judged(String place, String answer) {
    boolean redis = answer.startsWith("+PONG") || answer.startsWith("-NOAUTH");
    return redis
        ? Finding.ok("redis", place + " answers")
        : absent("at " + place + " answers as no Redis does");
  }

  private static Finding absent(String why) {
    return Finding.fault("redis", why, "start it, or set QUARKUS_REDIS_HOSTS to one that runs");
  }
}
