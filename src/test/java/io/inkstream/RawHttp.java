package io.inkstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A connection on which a test says byte by byte what it likes.
public final class RawHttp implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int DEFAULT_BUFFER = 1 << 16;

  private final Socket socket;

  public RawHttp(String url) throws IOException {
    this(url, DEFAULT_BUFFER);
  }

  /// @param receiveBuffer what comes before the server must wait for a reader
  public RawHttp(String url, int receiveBuffer) throws IOException {
    URI server = URI.create(url);
    socket = new Socket();
    socket.setReceiveBufferSize(receiveBuffer);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
  }

  /// Sends one request, and reads until the server closes.
  public static String exchange(String url, String... lines) throws IOException {
    try (var connection = new RawHttp(url)) {
      connection.send(String.join("\r\n", lines) + "\r\n\r\n");
      return connection.readAll();
    }
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// All that comes until the server closes.
  public String readAll() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /// The next bytes.
  public byte[] read(int count) throws IOException {
    return socket.getInputStream().readNBytes(count);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
