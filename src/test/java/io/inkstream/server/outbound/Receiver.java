package io.inkstream.server.outbound;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// Somebody who is asked, and answers as a test likes.
public final class Receiver implements AutoCloseable {
  private final ServerSocket socket;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Behaviour behaviour;

  public record Request(String line, Map<String, String> headers, String body) {}

  /// How it answers one.
  public interface Behaviour {
    void answer(Request request, int number, Socket connection) throws Exception;
  }

  public Receiver(Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// Answers with a status, by the number of the request.
  public static Receiver answering(Function<Integer, String> status) throws IOException {
    return new Receiver((request, number, connection) ->
        connection
            .getOutputStream()
            .write(
                "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n"
                    .formatted(status.apply(number))
                    .getBytes(StandardCharsets.UTF_8)));
  }

  public int port() {
    return socket.getLocalPort();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var request = read(connection);
      int number;
      synchronized (this) {
        requests.add(request);
        number = requests.size();
      }
      behaviour.answer(request, number, connection);
    } catch (IOException e) {
      // Whoever asked has gone.
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Request read(Socket connection) throws IOException {
    var in = new BufferedInputStream(connection.getInputStream());
    String line = line(in);
    Map<String, String> headers = new HashMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Request(line, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n' && next != -1; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
