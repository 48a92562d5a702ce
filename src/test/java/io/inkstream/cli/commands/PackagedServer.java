package io.inkstream.cli.commands;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The packaged server on a free port, for the tests of one class.
final class PackagedServer implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+)/v1 ");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String root;

  private final Queue<String> log;

  private PackagedServer(Process process, String root, Queue<String> log) {
    this.process = process;
    this.root = root;
    this.log = log;
  }

  /// Starts it and waits until it is ready.
  ///
  /// @param folder where it runs, and writes its log
  static PackagedServer start(Path folder, String... flags) throws IOException {
    return startOn("", folder, flags);
  }

  /// The same on a Java machine with options.
  static PackagedServer startOn(String javaOptions, Path folder, String... flags)
      throws IOException {
    List<String> command = Program.command("serve", "--port", "0", "--no-spinning");
    command.addAll(List.of(flags));
    if (Program.isNative()) { // takes properties before its command; sizes of heaps are Java's
      Stream.of(javaOptions.split(" "))
          .filter(option -> option.startsWith("-D"))
          .forEach(option -> command.add(1, option));
    }
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile());
    builder
        .environment()
        .merge("INKSTREAM_JAVA_OPTS", javaOptions, (others, ours) -> others + " " + ours);
    Process process = builder.start();
    try {
      BufferedReader lines = process.inputReader();
      String root = awaitReady(lines);
      Queue<String> log = new ConcurrentLinkedQueue<>();
      Thread.ofVirtual().start(() -> lines.lines().forEach(log::add));
      return new PackagedServer(process, root, log);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /// The clients' base URL.
  String url() {
    return root + "/v1";
  }

  /// What it has logged since it was ready.
  String log() {
    return String.join("\n", log);
  }

  Process process() {
    return process;
  }

  /// A gauge without labels.
  double gauge(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(URI.create(root + path)).build());
  }

  HttpResponse<String> post(String path, String json) {
    return send(
        HttpRequest.newBuilder(URI.create(root + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static String awaitReady(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        return ready.group(1);
      }
    }
    throw new IOException("the server ended before it was ready");
  }
}
