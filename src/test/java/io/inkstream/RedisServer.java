package io.inkstream;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Debian's `redis-server`, on a free port and in a folder of its own. Where there is none, a test
/// is skipped and says so.
public final class RedisServer implements AutoCloseable {
  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private RedisServer(Path folder, int port, List<String> options) throws IOException {
    this.folder = folder;
    this.port = port;
    this.options = options;
    launch();
  }

  /// Keeps nothing on disk.
  public static RedisServer start() throws IOException {
    return start("--save", "", "--appendonly", "no");
  }

  /// Keeps everything on disk, flushed at each command.
  public static RedisServer startDurable() throws IOException {
    return start("--save", "", "--appendonly", "yes", "--appendfsync", "always");
  }

  private static RedisServer start(String... options) throws IOException {
    try {
      return new RedisServer(
          Files.createTempDirectory("redis"), freePort(), Arrays.asList(options));
    } catch (IOException e) {
      return abort("there is no redis-server here: " + e.getMessage());
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void launch() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "redis-server",
                "--port",
                "" + port,
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--logfile",
                "redis.log"));
    command.addAll(options);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Await.until("redis-server answers", () -> ask("PING").startsWith("+PONG"));
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /// Sends one command by itself; what it answers, as the wire has it.
  public String ask(String command) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "-" + e.getMessage();
    }
  }

  /// It stands still, and its connections stay open.
  public void freeze() {
    signal("STOP");
  }

  /// It goes on.
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// It dies, as by `kill -9`.
  public void kill() {
    try {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The same again, on the same port, with what it kept on disk.
  public void revive() throws IOException {
    launch();
  }

  @Override
  public void close() {
    thaw();
    kill();
  }
}
