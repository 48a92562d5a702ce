package io.inkstream.engine.hub;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// A Hub on loopback that answers as Hugging Face's does, and goes wrong as it is told: on raw
/// sockets, as a server of a library would not lie. Files of 64 kB and more are "LFS": they are
/// redirected to another host.
public final class FakeHub implements AutoCloseable {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final int LFS = 1 << 16;

  /// What a connection does instead of a right answer.
  public interface Fault {
    void answer(Asked asked, byte[] file, OutputStream out) throws IOException;
  }

  /// A request.
  ///
  /// @param path decoded
  /// @param host which of the two heard it: `hub` or `blobs`
  public record Asked(String host, String path, Map<String, String> headers) {
    /// Where its range begins.
    public int start() {
      String range = headers.getOrDefault("range", "bytes=0-");
      return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }
  }

  private final ServerSocket hub = open();
  private final ServerSocket blobs = open();
  private final String repository;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
  public final List<Asked> asked = new CopyOnWriteArrayList<>();
  public final List<Socket> open = new CopyOnWriteArrayList<>();

  /// @param repository the only one, of the revision `main`
  public FakeHub(String repository) {
    this.repository = repository;
    accept(hub, "hub");
    accept(blobs, "blobs");
  }

  private static ServerSocket open() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + hub.getLocalPort();
  }

  public FakeHub with(String path, byte[] bytes) {
    files.put(path, bytes);
    return this;
  }

  public FakeHub with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /// All files of a folder.
  public FakeHub withFolder(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        with(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return this;
  }

  /// The next answers about a path; `""` is the listing.
  public FakeHub failing(String path, Fault... next) {
    faults.computeIfAbsent(path, _ -> new ConcurrentLinkedQueue<>()).addAll(Arrays.asList(next));
    return this;
  }

  public List<String> fetched() {
    return asked.stream()
        .filter(one -> one.path().contains("/resolve/"))
        .map(Asked::path)
        .distinct()
        .map(FakeHub::inside)
        .toList();
  }

  private static String inside(String path) {
    return path.substring(path.indexOf(COMMIT) + COMMIT.length() + 1);
  }

  private void accept(ServerSocket server, String host) {
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try {
              Socket socket = server.accept();
              open.add(socket);
              Thread.ofVirtual().start(() -> serve(socket, host));
            } catch (IOException e) {
              return; // closed
            }
          }
        });
  }

  private void serve(Socket socket, String host) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      for (var next = read(in, host); next.isPresent(); next = read(in, host)) {
        asked.add(next.get());
        if (!answer(next.get(), socket.getOutputStream())) {
          return;
        }
      }
    } catch (IOException e) {
      // hung up
    }
  }

  private static Optional<Asked> read(InputStream in, String host) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    String target = first.split(" ")[1];
    String path = target.startsWith("http://") ? target.substring(target.indexOf('/', 7)) : target;
    return Optional.of(
        new Asked(
            host,
            URLDecoder.decode(path.replaceAll("\\?.*", ""), StandardCharsets.UTF_8),
            headers));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /// @return whether the connection stays open
  private boolean answer(Asked request, OutputStream out) throws IOException {
    String listing = "/api/models/" + repository + "/revision/";
    if (request.path().startsWith(listing)) {
      String revision = request.path().substring(listing.length());
      var fault = next("");
      if (fault.isPresent()) {
        fault.get().answer(request, listing().getBytes(StandardCharsets.UTF_8), out);
        return false;
      }
      if (!List.of("main", COMMIT).contains(revision)) {
        status(out, "404 Not Found", "X-Error-Code: RevisionNotFound");
      } else {
        whole(out, listing().getBytes(StandardCharsets.UTF_8));
      }
      return true;
    }
    String resolve = "/" + repository + "/resolve/" + COMMIT + "/";
    byte[] file = request.path().startsWith(resolve) ? files.get(inside(request.path())) : null;
    if (file == null) {
      status(
          out,
          "404 Not Found",
          "X-Error-Code: "
              + (request.path().startsWith(resolve) ? "EntryNotFound" : "RepoNotFound"));
      return true;
    }
    if (request.host().equals("hub") && file.length >= LFS) {
      status(
          out,
          "302 Found",
          "Location: http://127.0.0.1:" + blobs.getLocalPort() + request.path() + "?signed=secret",
          "X-Linked-Etag: \"" + hex("SHA-256", file) + "\"",
          "X-Linked-Size: " + file.length,
          "X-Repo-Commit: " + COMMIT);
      return true;
    }
    var fault = next(inside(request.path()));
    if (fault.isPresent()) {
      fault.get().answer(request, file, out);
      return false;
    }
    from(out, file, request.start());
    return true;
  }

  private Optional<Fault> next(String path) {
    return Optional.ofNullable(faults.get(path)).map(Queue::poll);
  }

  /// As asked, from a range's begin on.
  public static void from(OutputStream out, byte[] file, int start) throws IOException {
    if (start == 0) {
      whole(out, file);
      return;
    }
    head(
        out,
        "206 Partial Content",
        "Content-Length: " + (file.length - start),
        "Content-Range: bytes %d-%d/%d".formatted(start, file.length - 1, file.length));
    out.write(file, start, file.length - start);
    out.flush();
  }

  public static void whole(OutputStream out, byte[] bytes) throws IOException {
    head(out, "200 OK", "Content-Length: " + bytes.length);
    out.write(bytes);
    out.flush();
  }

  public static void status(OutputStream out, String status, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: 0");
    head(out, status, all.toArray(String[]::new));
    out.flush();
  }

  public static void head(OutputStream out, String status, String... headers) throws IOException {
    String text = "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /// Ends a connection in the middle.
  public static Fault cutAfter(int bytes) {
    return (asked, file, out) -> {
      int start = asked.start();
      head(
          out,
          start == 0 ? "200 OK" : "206 Partial Content",
          "Content-Length: " + (file.length - start),
          "Content-Range: bytes %d-%d/%d".formatted(start, file.length - 1, file.length));
      out.write(file, start, Math.min(bytes, file.length - start));
      out.flush();
    };
  }

  public static Fault saying(String status, String... headers) {
    return (_, _, out) -> status(out, status, headers);
  }

  /// Says nothing more after the head, until the client hangs up.
  public static Fault silent(CountDownLatch until) {
    return (_, file, out) -> {
      head(out, "200 OK", "Content-Length: " + file.length);
      try {
        until.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private String listing() {
    var text =
        new StringBuilder(
            "{\"sha\":\"" + COMMIT + "\",\"id\":\"" + repository + "\",\"siblings\":[");
    files.forEach((path, bytes) ->
        text.append(text.charAt(text.length() - 1) == '[' ? "" : ",").append(entry(path, bytes)));
    return text.append("]}").toString();
  }

  private static String entry(String path, byte[] bytes) {
    byte[] blob = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(blob, blob.length + bytes.length);
    System.arraycopy(bytes, 0, all, blob.length, bytes.length);
    String lfs =
        bytes.length < LFS
            ? ""
            : ",\"lfs\":{\"sha256\":\"%s\",\"size\":%d,\"pointerSize\":134}"
                .formatted(hex("SHA-256", bytes), bytes.length);
    return "{\"rfilename\":\"%s\",\"size\":%d,\"blobId\":\"%s\"%s}"
        .formatted(path, bytes.length, hex("SHA-1", all), lfs);
  }

  public static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    hub.close();
    blobs.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
